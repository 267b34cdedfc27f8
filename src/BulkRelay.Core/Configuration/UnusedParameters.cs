namespace BulkRelay.Core.Configuration;

/// <summary>Finds settings that no part of the configuration uses, which are most often misspelt names.</summary>
public static class UnusedParameters
{
    /// <summary>Names that defaults mention: among them are old names of parameters (<c>smtpd_per_record_deadline</c>).</summary>
    private static readonly Lazy<HashSet<string>> InDefaults =
        new(() => Mentioned(PostfixParameters.Defaults.Values.Concat(ParameterCatalog.All.Select(p => p.DefaultText))));

    /// <summary>True if a name is a parameter: of BulkRelay, of Postfix, or defined by a service.</summary>
    public static bool IsKnown(string name, ParameterSpace space) =>
        ParameterCatalog.Find(name) is not null || PostfixParameters.Defaults.ContainsKey(name) || UnsupportedParameters.Find(name) is not null
        || InDefaults.Value.Contains(name) || space.ServiceDefined.ContainsKey(name)
        || (space.ServiceDefined.Count == 0 && ParameterCatalog.FindPerTransport(name, out _) is not null);

    /// <summary>
    /// All settings, of <c>main.cf</c>, the overrides and <c>-o</c> in <c>master.cf</c>, whose name is neither known, nor mentioned as
    /// <c>$name</c> in a value, nor a restriction class.
    /// </summary>
    public static IEnumerable<Setting> Find(ParameterSpace space, IReadOnlyList<ServiceEntry> services)
    {
        var all = space.Explicit.Concat(services.SelectMany(s => s.Overrides)).ToList();
        var used = Mentioned(all.Select(s => s.Value));
        foreach (var classes in all.Where(s => s.Name == "smtpd_restriction_classes"))
            used.UnionWith(ParameterList.TrySplit(space.Expand(classes, out _) ?? "", out _) ?? []);
        return all.Where(s => !IsKnown(s.Name, space) && !used.Contains(s.Name));
    }

    /// <summary>All names that the explicit settings mention as <c>$name</c> and that are neither set nor known, with the setting.</summary>
    public static IEnumerable<(string Name, Setting In)> Undefined(ParameterSpace space, IReadOnlyList<ServiceEntry> services)
    {
        var all = space.Explicit.Concat(services.SelectMany(s => s.Overrides)).ToList();
        var set = all.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var setting in all.Where(s => !PostfixParameters.Raw.Contains(s.Name)))
            foreach (var name in Mentioned([setting.Value]).Where(n => !set.Contains(n) && !IsKnown(n, space)))
                yield return (name, setting);
    }

    private static HashSet<string> Mentioned(IEnumerable<string> values)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values) MacroSyntax.VisitNames(value, name => names.Add(name));
        return names;
    }
}
