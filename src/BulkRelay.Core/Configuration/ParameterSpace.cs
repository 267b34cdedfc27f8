namespace BulkRelay.Core.Configuration;

/// <summary>
/// What a parameter is set to, before and after <c>$name</c> expansion. The settings of a service (<c>-o</c> in <c>master.cf</c>) go before
/// those of the command line, then the environment, <c>main.cf</c>, and the defaults.
/// </summary>
public sealed class ParameterSpace
{
    /// <summary>The file name of a <see cref="Setting"/> that is a default.</summary>
    public const string DefaultFile = "default";

    private readonly IReadOnlyDictionary<string, Setting>[] _layers;
    private readonly Dictionary<string, string> _serviceDefined;
    private readonly Dictionary<string, string?> _computed = new(StringComparer.Ordinal);
    private readonly ParameterSpace? _parent;
    private readonly bool _computesAlone;

    /// <summary>The space of a whole configuration.</summary>
    /// <param name="configDirectory">Full path of the folder, for <c>config_directory</c> and relative paths.</param>
    /// <param name="layers">The explicit settings, the strongest first.</param>
    /// <param name="services">The services, which define parameters of their own.</param>
    internal ParameterSpace(string configDirectory, IReadOnlyDictionary<string, Setting>[] layers, IReadOnlyList<ServiceEntry> services)
    {
        ConfigDirectory = configDirectory;
        _layers = layers;
        _serviceDefined = ServiceParameters.DefinedBy(services);
        _computesAlone = true;
    }

    private ParameterSpace(ParameterSpace parent, Dictionary<string, Setting> own)
    {
        ConfigDirectory = parent.ConfigDirectory;
        _layers = [own, .. parent._layers];
        _serviceDefined = parent._serviceDefined;
        _parent = parent;
        _computesAlone = ComputedDefaults.Inputs.Any(own.ContainsKey);
    }

    /// <summary>Full path of the configuration folder.</summary>
    public string ConfigDirectory { get; }

    /// <summary>Everything that is set explicitly, each name once, with the setting that holds.</summary>
    public IEnumerable<Setting> Explicit => _layers.SelectMany(l => l.Values).DistinctBy(s => s.Name);

    /// <summary>The names that services define, with their defaults.</summary>
    public IReadOnlyDictionary<string, string> ServiceDefined => _serviceDefined;

    /// <summary>The space of one service: this one, with its own settings and its name in front.</summary>
    public ParameterSpace ForService(ServiceEntry service)
    {
        var own = new Dictionary<string, Setting>(StringComparer.Ordinal);
        foreach (var setting in service.Overrides) own[setting.Name] = setting;
        own["service_name"] = new("service_name", service.Name, service.File, service.Line);
        own["process_name"] = new("process_name", service.Command, service.File, service.Line);
        return new ParameterSpace(this, own);
    }

    /// <summary>This space with one setting before all others.</summary>
    public ParameterSpace With(Setting setting) => new(this, new Dictionary<string, Setting>(StringComparer.Ordinal) { [setting.Name] = setting });

    /// <summary>The explicit setting of a parameter, or null.</summary>
    public Setting? FindExplicit(string name)
    {
        foreach (var layer in _layers)
            if (layer.TryGetValue(name, out var setting)) return setting;
        return null;
    }

    /// <summary>The explicit setting or the default of a parameter; null if there is no such parameter.</summary>
    public Setting? Find(string name) =>
        FindExplicit(name) ?? (FindDefault(name) is { } text ? new Setting(name, text, DefaultFile, 0) : null);

    /// <summary>The default before expansion; null for a name that is no parameter.</summary>
    public string? FindDefault(string name) =>
        ComputedDefaults.Has(name) ? Computed(name)
        : ParameterCatalog.Find(name)?.DefaultText
        ?? PostfixParameters.Defaults.GetValueOrDefault(name)
        ?? _serviceDefined.GetValueOrDefault(name);

    /// <summary>The value of a parameter with everything expanded; null if it is not defined, or with a fault if it cannot be expanded.</summary>
    public string? Expand(string name, out string? fault)
    {
        fault = null;
        return Find(name) is { } setting ? Expand(setting, out fault) : null;
    }

    /// <summary>The value of a setting with everything expanded; null and a fault if it cannot be.</summary>
    public string? Expand(Setting setting, out string? fault)
    {
        fault = null;
        if (PostfixParameters.Raw.Contains(setting.Name)) return setting.Value;
        return new MacroExpander(Lookup).Expand(Located(setting), out fault);
    }

    private string? Lookup(string name) => Find(name) is { } setting ? Located(setting) : null;

    /// <summary>A relative queue folder counts from the configuration folder, wherever the program was started.</summary>
    private string Located(Setting setting) =>
        setting.Name == "queue_directory" && !setting.Value.StartsWith('$')
            ? ConfigPath.Of(setting.Value, ConfigDirectory)
            : setting.Value;

    /// <summary>A computed default, once; undefined while it is being computed, so that one that depends on itself ends.</summary>
    private string? Computed(string name)
    {
        if (!_computesAlone && _parent is not null) return _parent.Computed(name);
        lock (_computed)
        {
            if (_computed.TryGetValue(name, out var known)) return known;
            _computed[name] = null;
            return _computed[name] = ComputedDefaults.Compute(name, this);
        }
    }
}
