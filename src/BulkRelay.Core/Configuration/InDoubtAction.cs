namespace BulkRelay.Core.Configuration;

/// <summary>What is done with mail that may have arrived already: the link was lost between the final dot and its reply (RFC 1047).</summary>
public enum InDoubtAction
{
    /// <summary>It is sent again when it is due again, as other deferred mail, to whichever host comes first then.</summary>
    Defer,

    /// <summary>
    /// It is sent again at once, over a new connection to the same host, which is the one that can see that it has the message already.
    /// If that is in doubt as well, or does not come about, it is deferred.
    /// </summary>
    Retry,

    /// <summary>It is held until the operator has found out.</summary>
    Hold,
}
