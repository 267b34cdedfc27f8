namespace BulkRelay.Core.Queue;

/// <summary>
/// What a destination is: the unit of concurrency, rates and fair shares. As in Postfix, a transport (the service name in
/// <c>master.cf</c>) and a nexthop in lower case. For the <c>error</c> and <c>retry</c> transports the nexthop is the text to give.
/// A transport whose recipient limit is 1 has destinations for each recipient: <c>user@nexthop</c>.
/// </summary>
public readonly record struct DestinationKey(string Transport, string Nexthop)
{
    /// <summary>
    /// Where mail goes that the operator has expired: a place that is never dead, whatever has become of the site. No attempt is made there.
    /// </summary>
    public static readonly DestinationKey Expired = new("retry", "message is administratively expired");

    /// <summary>Where to connect: the nexthop without the recipient that may stand before it. Not for <c>error</c> and <c>retry</c>.</summary>
    public string Host => Nexthop[(Nexthop.LastIndexOf('@') + 1)..];

    /// <inheritdoc/>
    public override string ToString() => $"{Transport}:{Nexthop}";
}
