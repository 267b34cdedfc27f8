namespace BulkRelay.Core.Configuration;

/// <summary>Reads <c>flow_key</c>.</summary>
internal static class FlowKeyRules
{
    private static readonly Dictionary<string, FlowParts> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["campaign"] = FlowParts.Campaign,
        ["login"] = FlowParts.Login,
        ["client"] = FlowParts.Client,
        ["sender"] = FlowParts.Sender,
    };

    /// <summary>The rules in their order; an empty list makes all mail one flow.</summary>
    public static IReadOnlyList<FlowParts> Parse(string value, out string? fault)
    {
        var rules = new List<FlowParts>();
        foreach (var rule in ParameterList.TrySplit(value, out fault) ?? [])
        {
            var parts = FlowParts.None;
            foreach (var word in rule.Split('+'))
            {
                if (!Words.TryGetValue(word, out var part))
                {
                    fault = $"'{word}' is no part of a flow: use {string.Join(", ", Words.Keys)}, or several joined by '+'";
                    return [];
                }
                parts |= part;
            }
            rules.Add(parts);
        }
        return rules;
    }
}
