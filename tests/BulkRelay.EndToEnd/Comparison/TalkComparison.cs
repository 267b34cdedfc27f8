namespace BulkRelay.EndToEnd.Comparison;

/// <summary>Compares what two servers did in one dialogue.</summary>
internal sealed class TalkComparison(string talk, IReadOnlyList<Difference> meant)
{
    private readonly List<Difference> _unused = [.. meant.Where(d => d.Talk == talk)];
    private readonly List<string> _faults = [];

    /// <summary>What differs and is not meant to, and what is meant to differ and does not.</summary>
    public IReadOnlyList<string> Faults => [.. _faults, .. _unused.Select(d => $"\ndifferences.txt names what does not differ: {d.Postfix}")];

    /// <summary>Compares one after the other.</summary>
    public void AddAll(string prefix, IEnumerable<string> postfix, IEnumerable<string> relay)
    {
        var (left, right) = (postfix.ToList(), relay.ToList());
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
            Add(prefix + (left.ElementAtOrDefault(i) ?? "(none)"), prefix + (right.ElementAtOrDefault(i) ?? "(none)"));
    }

    private void Add(string postfix, string relay)
    {
        if (postfix == relay) return;
        var known = meant.FirstOrDefault(d => (d.Talk == talk || d.Talk == "*") && d.Postfix == postfix && d.Relay == relay);
        if (known is null) _faults.Add($"\npostfix: {postfix}\nrelay:   {relay}");
        else _unused.Remove(known);
    }
}
