namespace BulkRelay.Core.Queue;

/// <summary>
/// What a destination is: the unit of concurrency, rates and fair shares. As in Postfix, a transport (the service name in
/// <c>master.cf</c>) and a nexthop in lower case. For the <c>error</c> and <c>retry</c> transports the nexthop is the text to give.
/// </summary>
public readonly record struct DestinationKey(string Transport, string Nexthop)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Transport}:{Nexthop}";
}
