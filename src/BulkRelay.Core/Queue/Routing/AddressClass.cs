namespace BulkRelay.Core.Queue.Routing;

/// <summary>What the configuration makes of a domain (Postfix: ADDRESS_CLASS_README).</summary>
public enum AddressClass
{
    /// <summary>No domain of ours.</summary>
    Default,

    /// <summary>One of <c>mydestination</c>, whose mail ends here.</summary>
    Local,

    /// <summary>One of <c>relay_domains</c>.</summary>
    Relay,
}
