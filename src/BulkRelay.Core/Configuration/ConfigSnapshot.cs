using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// One complete, immutable state of the configuration. A reload makes a new one and swaps it in whole; whoever began with this one
/// (a session, a delivery) ends with it.
/// </summary>
public sealed class ConfigSnapshot
{
    private readonly object[] _values;
    private readonly Dictionary<string, object>[] _transportValues;
    private readonly ParameterSpace _space;
    private readonly Dictionary<ServiceEntry, ConfigSnapshot> _perService = new(ReferenceEqualityComparer.Instance);

    internal ConfigSnapshot(
        object[] values, Dictionary<string, object>[] transportValues, ParameterSpace space, IReadOnlyList<ServiceEntry> services)
    {
        _values = values;
        _transportValues = transportValues;
        _space = space;
        Services = services;
    }

    /// <summary>The services of <c>master.cf</c>, in its order.</summary>
    public IReadOnlyList<ServiceEntry> Services { get; }

    /// <summary>The folder of the configuration (a full path): relative names of files count from it.</summary>
    public string ConfigDirectory => _space.ConfigDirectory;

    /// <summary>
    /// The full path of a file that stands in a table or within a value. What a parameter for files gives is one already
    /// (<see cref="ParameterGroup.File"/>).
    /// </summary>
    public string PathOf(string file) => ConfigPath.Of(file, ConfigDirectory);

    /// <summary>The defaults with some values set, for tests and tools: <c>ConfigSnapshot.With(("myhostname", "relay.test"))</c>.</summary>
    /// <exception cref="FormatException">A name is unknown or a value does not parse.</exception>
    public static ConfigSnapshot With(params (string Name, string Value)[] settings)
    {
        var text = string.Concat(settings.Select(s => $"{s.Name} = {s.Value.ReplaceLineEndings(" ")}\n"));
        var load = ConfigLoader.Parse(text, "", Environment.CurrentDirectory, ConfigOverrides.None);
        var faults = load.Faults.Where(f => f.Severity == FaultSeverity.Error || IsUnknown(f.Parameter)).ToList();
        return faults.Count == 0 ? load.Snapshot! : throw new FormatException(string.Join("; ", faults.Select(f => $"{f.Parameter}: {f.Message}")));

        bool IsUnknown(string name) =>
            load.Snapshot is { } snapshot && settings.Any(s => s.Name == name) && !UnusedParameters.IsKnown(name, snapshot._space);
    }

    /// <summary>The value of a parameter: an array access, fit for the fast path.</summary>
    public T Get<T>(Parameter<T> parameter) where T : notnull => (T)_values[parameter.Index];

    /// <summary>
    /// The value of a per-transport parameter for the transport (the service name of its line in <c>master.cf</c>): its own
    /// (<c>smtp_destination_recipient_limit</c>), or the common one (<c>default_destination_recipient_limit</c>).
    /// </summary>
    public T Get<T>(string transport, TransportParameter<T> parameter) where T : notnull =>
        _transportValues[parameter.Index].TryGetValue(transport, out var own) ? (T)own : Get(parameter.Default);

    /// <summary>
    /// The expanded value of any parameter by its name, the user's own included (restriction classes); null if there is no such
    /// parameter. Expands at each call: for set-up, not for the fast path.
    /// </summary>
    public string? FindText(string name) => _space.Expand(name, out _);

    /// <summary>True if the parameter is set by an option of the command line or in the environment, not in a file.</summary>
    public bool IsOverridden(Parameter parameter) =>
        _space.FindExplicit(parameter.Name)?.File is ConfigOverrides.CommandLineSource or ConfigOverrides.EnvironmentSource;

    /// <summary>True if the configuration sets that parameter; false if it has its default.</summary>
    public bool IsSet(string name) => _space.FindExplicit(name) is not null;

    /// <summary>The configuration as a service sees it: with the <c>-o</c> settings of its line.</summary>
    /// <exception cref="ArgumentException">The service is not one of <see cref="Services"/>.</exception>
    public ConfigSnapshot ForService(ServiceEntry service) =>
        _perService.TryGetValue(service, out var own) ? own : throw new ArgumentException($"service {service.Key} is not of this configuration", nameof(service));

    /// <summary>
    /// This configuration as it is while a service is overloaded: with <c>stress = yes</c>, on which defaults depend. One that sets
    /// <c>stress</c> itself stays as it is.
    /// </summary>
    public ConfigSnapshot UnderStress() => _space.FindExplicit(SmtpdParameters.Stress.Name) is not null
        ? this
        : SnapshotBuilder.BuildOne(_space.With(new Setting(SmtpdParameters.Stress.Name, "yes", ParameterSpace.DefaultFile, 0)), Services, new List<ConfigFault>());

    /// <summary>
    /// Faults that show only when a value is put to use, with file and line of the setting they are about. What a default merely repeats
    /// from another setting is left out.
    /// </summary>
    internal IReadOnlyList<ConfigFault> Locate(IEnumerable<ConfigFault> faults)
    {
        var placed = faults.Select(Place).ToList();
        var told = placed.Where(IsOfSetting).Select(f => f.Message).ToHashSet(StringComparer.Ordinal);
        return [.. placed.Where(f => IsOfSetting(f) || f.Line > 0 || !told.Contains(f.Message)).Distinct()];

        bool IsOfSetting(ConfigFault fault) => _space.FindExplicit(fault.Parameter) is not null;
    }

    /// <summary>A fault with file and line of the setting that it is about, if there is one and the fault has no place of its own.</summary>
    internal ConfigFault Place(ConfigFault fault) =>
        fault.Line == 0 && !Path.IsPathRooted(fault.File) && _space.FindExplicit(fault.Parameter) is { } setting
            ? fault with { File = setting.File, Line = setting.Line } : fault;

    internal ParameterSpace Space => _space;

    internal void AddService(ServiceEntry service, ConfigSnapshot own) => _perService.Add(service, own);
}
