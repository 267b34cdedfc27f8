namespace BulkRelay.Core.Queue.Routing;

/// <summary>Where the mail of one recipient goes.</summary>
/// <param name="Destination">The destination; <c>retry</c> with Postfix's text when it could not be found out for now, <c>error</c> when
/// there is none.</param>
/// <param name="Failure">Why it could not be found out, for the log of the operator; null if it could. Never for the sender's eyes.</param>
/// <param name="IsNowhere">True if nobody here delivers such mail: all that can be done with it is to return it.</param>
public readonly record struct Route(DestinationKey Destination, string? Failure = null, bool IsNowhere = false);
