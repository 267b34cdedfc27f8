using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// The defaults that Postfix has changed in its history (COMPATIBILITY_README): those of <c>compatibility_level</c> hold, and without that
/// setting today's.
/// </summary>
internal static class CompatibilityLevel
{
    private const string Today = "3.6";

    private static readonly string Mention = $"${MainParameters.CompatibilityLevel.Name}";

    /// <summary>True if the parameter is not set and its default is the old one of a level below today's.</summary>
    public static bool IsOldDefault(ConfigSnapshot snapshot, string parameter) => OldDefault(snapshot.Space, parameter) is not null;

    /// <summary>The parameters whose default is the old one, with the value.</summary>
    public static IEnumerable<(string Name, string Value)> OldDefaults(ParameterSpace space, IEnumerable<string> names)
    {
        foreach (var name in names)
            if (OldDefault(space, name) is { } value) yield return (name, value);
    }

    /// <summary>What there is to know about the level: it is not set, or old defaults hold. Null with today's level or a later one.</summary>
    public static ConfigFault? Note(ConfigSnapshot snapshot)
    {
        var name = MainParameters.CompatibilityLevel.Name;
        if (snapshot.Space.FindExplicit(name) is not { } level)
        {
            return new ConfigFault(FaultSeverity.Note, ConfigLoader.MainFile, 0, name,
                $"not set: the defaults of level {Today} hold (Postfix would take those of level 0); set {name} = {Today} to say so");
        }
        var old = OldDefaults(snapshot.Space, ParameterCatalog.All.Select(p => p.Name)).ToList();
        return old.Count == 0 ? null : new ConfigFault(FaultSeverity.Note, level.File, level.Line, name,
            $"using backwards-compatible default settings {string.Join(", ", old.Select(o => $"{o.Name}={Shown(o.Value)}"))}; "
            + $"to disable backwards compatibility use \"postconf {name}={Today}\" and \"bulkrelay reload\"")
        {
            Value = level.Value,
        };
    }

    private static string Shown(string value) => value.Length == 0 ? "(empty)" : value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value;

    /// <summary>The default, expanded; null if it is today's or the parameter is set.</summary>
    private static string? OldDefault(ParameterSpace space, string name)
    {
        if (space.FindExplicit(name) is not null || space.FindDefault(name) is not { } text || !text.Contains(Mention, StringComparison.Ordinal)) return null;
        var setting = new Setting(name, text, ParameterSpace.DefaultFile, 0);
        var today = space.With(new Setting(MainParameters.CompatibilityLevel.Name, Today, ParameterSpace.DefaultFile, 0));
        var value = space.Expand(setting, out _);
        return value == today.Expand(setting, out _) ? null : value;
    }
}
