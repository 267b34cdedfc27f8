using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>All parameters that the relay acts on: one row per group.</summary>
public static class ParameterCatalog
{
    /// <summary>The groups in the order of the reference page.</summary>
    public static readonly IReadOnlyList<ParameterGroup> Groups =
    [
        MainParameters.Group,
    ];

    /// <summary>Every parameter, in the order of the groups.</summary>
    public static readonly IReadOnlyList<Parameter> All = Number(Groups);

    private static readonly Dictionary<string, Parameter> ByName = All.ToDictionary(p => p.Name, StringComparer.Ordinal);

    /// <summary>The parameter of that name, or null if the relay does not act on one.</summary>
    public static Parameter? Find(string name) => ByName.GetValueOrDefault(name);

    private static List<Parameter> Number(IEnumerable<ParameterGroup> groups)
    {
        var all = groups.SelectMany(g => g.Parameters).ToList();
        for (var i = 0; i < all.Count; i++) all[i].Index = i;
        return all;
    }
}
