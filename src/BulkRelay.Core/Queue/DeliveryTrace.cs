namespace BulkRelay.Core.Queue;

/// <summary>What a sender wants to see of the attempts to deliver a message.</summary>
public enum DeliveryTrace
{
    /// <summary>Nothing but the reports of RFC 3461.</summary>
    None,

    /// <summary>A report of what would be done; nothing is delivered (<c>sendmail -bv</c>).</summary>
    Verify,

    /// <summary>A report of what was done (<c>sendmail -v</c>).</summary>
    Record,
}
