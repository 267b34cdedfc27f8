namespace BulkRelay.Core.Queue.Routing;

/// <summary>
/// Finds the destination of a recipient by the tables as they are now: <see cref="Router.RouteAsync"/>. There is always an answer, if only
/// <c>retry</c> or <c>error</c>.
/// </summary>
public delegate ValueTask<Route> RouteRecipient(string recipient, string sender, string filter, CancellationToken cancel);
