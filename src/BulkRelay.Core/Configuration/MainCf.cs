namespace BulkRelay.Core.Configuration;

/// <summary>The settings of one <c>main.cf</c>, as written: values are not expanded.</summary>
public sealed class MainCf
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    /// <summary>A configuration without any settings.</summary>
    public static readonly MainCf Empty = new();

    private MainCf()
    {
    }

    /// <summary>The setting of each parameter that is set. If one is set more than once, the last one holds.</summary>
    public IReadOnlyDictionary<string, Setting> Settings => _settings;

    /// <summary>Reads the text of a <c>main.cf</c>; <paramref name="file"/> is its name in faults.</summary>
    public static MainCf Parse(string text, string file, ICollection<ConfigFault> faults)
    {
        var main = new MainCf();
        foreach (var line in LogicalLine.Split(text, file, faults))
        {
            if (Setting.TryParse(line.Text, file, line.Line, out var fault) is { } setting) main.Add(setting, faults);
            else faults.Add(new(FaultSeverity.Error, file, line.Line, "", $"{fault}: write 'name = value' instead of '{line.Text}'"));
        }
        return main;
    }

    private void Add(Setting setting, ICollection<ConfigFault> faults)
    {
        if (_settings.TryGetValue(setting.Name, out var earlier))
        {
            faults.Add(new(FaultSeverity.Warning, setting.File, setting.Line, setting.Name,
                $"overriding earlier entry: {earlier.Name}={earlier.Value} in line {earlier.Line}: remove one of the two"));
        }
        _settings[setting.Name] = setting;
    }
}
