using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>One recipient of a queued message. Once it is delivered, bounced or deleted, its row is gone.</summary>
public sealed record QueuedRecipient
{
    /// <summary>Its position in the envelope, from 0: with the message's id the key of the row.</summary>
    public required int Number { get; init; }

    /// <summary>The address without angle brackets, as it is written in SMTP.</summary>
    public required string Address { get; init; }

    /// <summary>RFC 3461 ORCPT (<c>rfc822;xtext</c>), exactly as it came; empty when not given.</summary>
    public string Orcpt { get; init; } = "";

    /// <summary>RFC 3461 NOTIFY as it came (<c>NEVER</c> or a list of <c>SUCCESS,FAILURE,DELAY</c>); empty when not given.</summary>
    public string Notify { get; init; } = "";

    /// <summary>Where the last routing sent it. Every attempt routes afresh; this is what the store sorts by.</summary>
    public required DestinationKey Destination { get; init; }

    /// <summary>Not to be tried before. For a new message its arrival.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>Finished attempts.</summary>
    public int Attempts { get; init; }

    /// <summary>The reason why it is still here, for the operator; empty before the first attempt.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The status that goes with <see cref="Reason"/>.</summary>
    public EnhancedStatus Status { get; init; }

    /// <summary>Attempts whose end is not known: the link was lost behind the final dot, so that it may have arrived already.</summary>
    public int InDoubt { get; init; }

    /// <summary>
    /// True if the sender wants this kind of report (RFC 3461 section 4.1): where NOTIFY is not given, failures and delays, but no successes.
    /// </summary>
    public bool IsToldOf(ReportKind kind) => kind switch
    {
        ReportKind.Failure => Notify.Length == 0 || Notifies("FAILURE"),
        ReportKind.Delay => Notify.Length == 0 || Notifies("DELAY"),
        ReportKind.Success => Notify.Length > 0 && Notifies("SUCCESS"),
        _ => true,
    };

    /// <summary>No keyword is part of another one.</summary>
    private bool Notifies(string keyword) => Notify.Contains(keyword, StringComparison.OrdinalIgnoreCase);
}
