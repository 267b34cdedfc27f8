namespace BulkRelay.Core.Configuration;

/// <summary>
/// One complete, immutable state of the configuration. A reload makes a new one and swaps it in whole; whoever began with this one
/// (a session, a delivery) ends with it.
/// </summary>
public sealed class ConfigSnapshot
{
    private readonly object[] _values;
    private readonly Dictionary<string, object>[] _transportValues;

    internal ConfigSnapshot(object[] values, Dictionary<string, object>[] transportValues)
    {
        _values = values;
        _transportValues = transportValues;
    }

    /// <summary>The defaults with some values set, for tests and tools: <c>ConfigSnapshot.With(("myhostname", "relay.test"))</c>.</summary>
    /// <exception cref="FormatException">A name is unknown or a value does not parse.</exception>
    public static ConfigSnapshot With(params (string Name, string Value)[] settings)
    {
        var values = new object[ParameterCatalog.All.Count];
        foreach (var parameter in ParameterCatalog.All)
        {
            var text = settings.LastOrDefault(s => s.Name == parameter.Name).Value ?? parameter.DefaultText;
            values[parameter.Index] = Parse(parameter, parameter.Name, text);
        }
        var transportValues = ParameterCatalog.PerTransport.Select(_ => new Dictionary<string, object>()).ToArray();
        foreach (var (name, value) in settings)
        {
            if (ParameterCatalog.Find(name) is not null) continue;
            var parameter = ParameterCatalog.FindPerTransport(name, out var transport) ?? throw new FormatException($"{name}: unknown parameter");
            transportValues[parameter.Index][transport] = Parse(parameter.Default, name, value);
        }
        return new ConfigSnapshot(values, transportValues);
    }

    /// <summary>The value of a parameter: an array access, fit for the fast path.</summary>
    public T Get<T>(Parameter<T> parameter) where T : notnull => (T)_values[parameter.Index];

    /// <summary>
    /// The value of a per-transport parameter for the transport (the service name of its line in <c>master.cf</c>): its own
    /// (<c>smtp_destination_recipient_limit</c>), or the common one (<c>default_destination_recipient_limit</c>).
    /// </summary>
    public T Get<T>(string transport, TransportParameter<T> parameter) where T : notnull =>
        _transportValues[parameter.Index].TryGetValue(transport, out var own) ? (T)own : Get(parameter.Default);

    private static object Parse(Parameter parameter, string name, string text)
    {
        var value = parameter.ParseUntyped(text, out var fault);
        return fault is null ? value! : throw new FormatException($"{name}: {fault}");
    }
}
