namespace BulkRelay.Core.Queue;

/// <summary>
/// The destination of a recipient by the tables as they are now. What cannot be routed now goes to the <c>retry</c> transport, what never
/// can to <c>error</c>, each with the reason as its nexthop; so there is always an answer.
/// </summary>
public delegate ValueTask<DestinationKey> RouteRecipient(string sender, string recipient, CancellationToken cancel);
