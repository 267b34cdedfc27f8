using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>Finds settings that ask for what BulkRelay does not do (<see cref="UnsupportedParameters"/>), in <c>main.cf</c> and in <c>-o</c> options.</summary>
public static class UnsupportedSettings
{
    /// <summary>A fault for each setting that changes what users see, or protects or routes; harmless ones and defaults are none.</summary>
    public static IEnumerable<ConfigFault> Faults(ConfigSnapshot snapshot)
    {
        foreach (var setting in snapshot.Space.Explicit)
            if (Fault(setting, snapshot) is { } fault) yield return fault;
        foreach (var (name, value) in CompatibilityLevel.OldDefaults(snapshot.Space, UnsupportedParameters.Names))
        {
            if (UnsupportedParameters.Find(name) is { } parameter && parameter.Misses(value) && Level(snapshot) is { } level)
                yield return new ConfigFault(FaultSeverity.Warning, level.File, level.Line, name, NotSupported(parameter, $"set {name} = no")) { Value = value };
        }
        foreach (var service in snapshot.Services)
            foreach (var setting in service.Overrides)
                if (Fault(setting, snapshot.ForService(service)) is { } fault) yield return fault;
    }

    private static ConfigFault? Fault(Setting setting, ConfigSnapshot snapshot)
    {
        var space = snapshot.Space;
        if (UnsupportedParameters.Find(setting.Name) is not { Class: not UnsupportedClass.Harmless } parameter) return null;
        if (space.Expand(setting, out _) is not { } value || !parameter.Misses(value) || IsDefault(setting.Name, value, space)) return null;
        var refused = parameter.Class == UnsupportedClass.Protective && !snapshot.Get(MainParameters.UnsupportedSettings);
        var remedy = refused ? $"remove it, or set {MainParameters.UnsupportedSettings.Name} = ignore" : "remove it";
        return new ConfigFault(refused ? FaultSeverity.Error : FaultSeverity.Warning, setting.File, setting.Line, setting.Name,
            NotSupported(parameter, remedy))
        {
            Value = value,
        };
    }

    private static Setting? Level(ConfigSnapshot snapshot) => snapshot.Space.FindExplicit(MainParameters.CompatibilityLevel.Name);

    private static string NotSupported(UnsupportedParameter parameter, string remedy) => $"not supported: {parameter.Instead}; {remedy}";

    private static bool IsDefault(string name, string value, ParameterSpace space) =>
        space.FindDefault(name) is { } text && space.Expand(new Setting(name, text, ParameterSpace.DefaultFile, 0), out _) is { } expanded
            && Words(expanded).SequenceEqual(Words(value), StringComparer.Ordinal);

    private static IReadOnlyList<string> Words(string value) => ParameterList.TrySplit(value, out _) ?? [value];
}
