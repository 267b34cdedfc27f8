namespace BulkRelay.Core.Configuration;

/// <summary>Turns texts into a typed <see cref="ConfigSnapshot"/>, and collects everything that is wrong with them.</summary>
internal static class SnapshotBuilder
{
    /// <summary>
    /// The snapshot with one of its own for each service. If an error was added to the faults it is a draft, with defaults in place of what
    /// is wrong: good for finding further faults, and for nothing else.
    /// </summary>
    public static ConfigSnapshot Build(ParameterSpace space, IReadOnlyList<ServiceEntry> services, ICollection<ConfigFault> faults)
    {
        var snapshot = BuildOne(space, services, faults);
        foreach (var service in services) snapshot.AddService(service, BuildOne(space.ForService(service), services, faults));
        return snapshot;
    }

    /// <summary>A snapshot of its own, without those of the services.</summary>
    public static ConfigSnapshot BuildOne(ParameterSpace space, IReadOnlyList<ServiceEntry> services, ICollection<ConfigFault> faults)
    {
        foreach (var setting in space.Explicit)
        {
            if (space.Expand(setting, out var fault) is null)
                faults.Add(new(FaultSeverity.Error, setting.File, setting.Line, setting.Name, fault!));
        }
        var values = new object[ParameterCatalog.All.Count];
        foreach (var parameter in ParameterCatalog.All)
            values[parameter.Index] = Value(space, space.Find(parameter.Name)!, parameter, faults) ?? DefaultValue(space, parameter)!;
        return new ConfigSnapshot(values, TransportValues(space, services, faults), space, services);
    }

    private static Dictionary<string, object>[] TransportValues(
        ParameterSpace space, IReadOnlyList<ServiceEntry> services, ICollection<ConfigFault> faults)
    {
        var values = ParameterCatalog.PerTransport.Select(_ => new Dictionary<string, object>(StringComparer.Ordinal)).ToArray();
        var transports = services.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, text) in PostfixParameters.TransportDefaults) Add(new Setting(name, text, ParameterSpace.DefaultFile, 0));
        foreach (var setting in space.Explicit) Add(setting);
        return values;

        void Add(Setting setting)
        {
            if (ParameterCatalog.FindPerTransport(setting.Name, out var transport) is not { } parameter) return;
            if (PostfixParameters.Defaults.ContainsKey(setting.Name) && !transports.Contains(transport)) return;
            if (Value(space, setting, parameter.Default, faults) is { } value) values[parameter.Index][transport] = value;
        }
    }

    /// <summary>The value of the default, and where that mentions a setting that is wrong, of the default as it is without any setting.</summary>
    private static object? DefaultValue(ParameterSpace space, Parameter parameter)
    {
        var setting = new Setting(parameter.Name, space.FindDefault(parameter.Name) ?? parameter.DefaultText, ParameterSpace.DefaultFile, 0);
        return Value(space, setting, parameter, new List<ConfigFault>())
            ?? Value(new ParameterSpace(space.ConfigDirectory, [], []), setting, parameter, new List<ConfigFault>());
    }

    /// <summary>The typed value; null with a fault added if it cannot be expanded or parsed.</summary>
    private static object? Value(ParameterSpace space, Setting setting, Parameter parameter, ICollection<ConfigFault> faults)
    {
        if (space.Expand(setting, out var fault) is not { } text)
        {
            // What cannot be expanded is reported where it stands. A default fails only because it mentions such a setting.
            return null;
        }
        var value = parameter.ParseUntyped(text, out fault);
        if (fault is null) return parameter.NamesFiles ? Located(value, parameter, space.ConfigDirectory) : value;
        var origin = text != setting.Value ? $" (from '{setting.Value}')" : "";
        faults.Add(new(FaultSeverity.Error, setting.File, setting.Line, setting.Name, $"{fault}{origin}"));
        return null;
    }

    private static object? Located(object? value, Parameter parameter, string folder) => value switch
    {
        string file when file != parameter.WordForNoFile => ConfigPath.Of(file, folder),
        IReadOnlyList<string> files => files.Select(file => ConfigPath.Of(file, folder)).ToList(),
        _ => value,
    };
}
