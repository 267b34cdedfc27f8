namespace BulkRelay.Core.Configuration;

/// <summary>
/// One complete, immutable state of the configuration. A reload makes a new one and swaps it in whole; whoever began with this one
/// (a session, a delivery) ends with it.
/// </summary>
public sealed class ConfigSnapshot
{
    private readonly object[] _values;

    internal ConfigSnapshot(object[] values) => _values = values;

    /// <summary>The defaults with some values set, for tests and tools: <c>ConfigSnapshot.With(("myhostname", "relay.test"))</c>.</summary>
    /// <exception cref="FormatException">A name is unknown or a value does not parse.</exception>
    public static ConfigSnapshot With(params (string Name, string Value)[] settings)
    {
        var values = new object[ParameterCatalog.All.Count];
        foreach (var parameter in ParameterCatalog.All)
        {
            var text = settings.LastOrDefault(s => s.Name == parameter.Name).Value ?? parameter.DefaultText;
            values[parameter.Index] = parameter.ParseUntyped(text, out var fault)!;
            if (fault is not null) throw new FormatException($"{parameter.Name}: {fault}");
        }
        return new ConfigSnapshot(values);
    }

    /// <summary>The value of a parameter: an array access, fit for the fast path.</summary>
    public T Get<T>(Parameter<T> parameter) where T : notnull => (T)_values[parameter.Index];
}
