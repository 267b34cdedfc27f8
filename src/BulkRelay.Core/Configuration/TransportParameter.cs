namespace BulkRelay.Core.Configuration;

/// <summary>
/// A parameter that each transport can have its own value of: <c>smtp_destination_recipient_limit</c> for the transport
/// <c>smtp</c>, and <see cref="Default"/> (<c>default_destination_recipient_limit</c>) where that is not set. One declaration covers both.
/// </summary>
public abstract class TransportParameter
{
    private protected TransportParameter(string suffix, Parameter defaultParameter)
    {
        Suffix = suffix;
        Default = defaultParameter;
    }

    /// <summary>What follows the transport's name, with the underscore: <c>_destination_recipient_limit</c>.</summary>
    public string Suffix { get; }

    /// <summary>The parameter that holds for transports without a value of their own.</summary>
    public Parameter Default { get; }

    /// <summary>Position in <see cref="ParameterCatalog.PerTransport"/>.</summary>
    internal int Index { get; set; } = -1;
}

/// <summary>A per-transport parameter whose value has type <typeparamref name="T"/>.</summary>
public sealed class TransportParameter<T> : TransportParameter where T : notnull
{
    internal TransportParameter(string suffix, Parameter<T> defaultParameter) : base(suffix, defaultParameter) => Default = defaultParameter;

    /// <inheritdoc cref="TransportParameter.Default"/>
    public new Parameter<T> Default { get; }
}
