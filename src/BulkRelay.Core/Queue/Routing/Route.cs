namespace BulkRelay.Core.Queue.Routing;

/// <summary>Where the mail of one recipient goes.</summary>
/// <param name="Destination">The destination; <c>retry</c> with Postfix's text when it could not be found out for now, <c>error</c> when
/// there is none.</param>
/// <param name="Class">The class of the recipient's domain.</param>
/// <param name="Failure">Why it could not be found out, for the log of the operator; null if it could. Never for the sender's eyes.</param>
/// <param name="IsNowhere">True if nobody here delivers such mail: all that can be done with it is to return it.</param>
/// <param name="IsUnresolved">True if a table did not answer.</param>
public readonly record struct Route(
    DestinationKey Destination, AddressClass Class = AddressClass.Default, string? Failure = null, bool IsNowhere = false,
    bool IsUnresolved = false)
{
    /// <summary>True if the destination is a failure that the configuration wants (<c>error:</c>, <c>retry:</c>), with its text.</summary>
    public bool IsRefusal => Failure is null && !IsNowhere && Destination.Transport is Hop.ErrorTransport or Hop.RetryTransport;

    /// <summary>True if that failure is for now.</summary>
    public bool IsForNow => Destination.Transport == Hop.RetryTransport;
}
