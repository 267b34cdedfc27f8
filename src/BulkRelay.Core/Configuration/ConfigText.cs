namespace BulkRelay.Core.Configuration;

/// <summary>A configuration as it is written: names and texts, before values are read. It may have errors.</summary>
public sealed class ConfigText
{
    private readonly List<ConfigFault> _faults;

    internal ConfigText(string folder, MainCf main, MasterCf master, ConfigOverrides overrides, IEnumerable<ConfigFault> faults)
    {
        _faults = [.. faults];
        var settings = main.Settings.Values.ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var name in PostfixParameters.ReadOnly)
        {
            if (!settings.Remove(name, out var setting)) continue;
            _faults.Add(new(FaultSeverity.Warning, setting.File, setting.Line, name,
                $"read-only parameter assignment: {name}={setting.Value}: remove the line, it has no effect"));
        }
        Services = master.Services;
        Space = new ParameterSpace(folder, [.. overrides.Layers, settings], master.Services);
        Defaults = new ParameterSpace(folder, [], master.Services);
    }

    /// <summary>What each parameter is set to.</summary>
    public ParameterSpace Space { get; }

    /// <summary>What each parameter would be if nothing were set.</summary>
    public ParameterSpace Defaults { get; }

    /// <summary>The services of <c>master.cf</c>.</summary>
    public IReadOnlyList<ServiceEntry> Services { get; }

    /// <summary>What is wrong with the files as texts.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;
}
