using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>What became of one recipient in one attempt.</summary>
public enum DeliveryAction
{
    /// <summary>The next hop took responsibility (or the discard transport swallowed it).</summary>
    Delivered,

    /// <summary>Not now: to be tried again.</summary>
    Deferred,

    /// <summary>Never: to be reported to the sender.</summary>
    Failed,

    /// <summary>
    /// The link was lost after the final dot and before the reply: the next hop may or may not have the message (RFC 1047).
    /// Tried again like a deferred one, but recorded and logged as what it is.
    /// </summary>
    InDoubt,
}

/// <summary>The result for one recipient of a delivery request.</summary>
/// <param name="Recipient">The recipient, as it was in the request.</param>
/// <param name="Action">What became of it.</param>
/// <param name="Status">The enhanced status for logs and reports.</param>
/// <param name="Reason">The full reason for the operator, as it stands in the log between parentheses, on one line:
/// <c>host mx.example.com[192.0.2.1] said: 450 4.2.0 busy (in reply to RCPT TO command)</c>.</param>
public sealed record RecipientOutcome(QueuedRecipient Recipient, DeliveryAction Action, EnhancedStatus Status, string Reason)
{
    /// <summary>The next hop's reply in the form of a Diagnostic-Code (<c>smtp; 550 5.1.1 …</c>); empty if no peer answered.</summary>
    public string DiagnosticCode { get; init; } = "";

    /// <summary>The host that answered, for Remote-MTA; empty if none did.</summary>
    public string RemoteMta { get; init; } = "";

    /// <summary>The relay of the log line: <c>host[address]:port</c>, or <c>none</c>.</summary>
    public string Relay { get; init; } = "none";

    /// <summary>True if another mail system took it over, which a report calls <c>relayed</c>; false for the end of the way.</summary>
    public bool IsRelayed { get; init; }

    /// <summary>True if that mail system offers DSN (RFC 3461): then it reports what becomes of the recipient.</summary>
    public bool HopSendsReports { get; init; }
}

/// <summary>The result of a delivery request: exactly one outcome for every recipient of the request.</summary>
public sealed record DeliveryOutcome(IReadOnlyList<RecipientOutcome> Recipients)
{
    /// <summary>
    /// Set when there was trouble with the site as a whole (no connection, refused greeting, time-out), not with this mail: the
    /// destination's negative feedback. A 4xx or 5xx reply to MAIL, RCPT, DATA or the final dot is not such trouble.
    /// </summary>
    public string? SiteTrouble { get; init; }

    /// <summary>The status that goes with <see cref="SiteTrouble"/>.</summary>
    public EnhancedStatus SiteStatus { get; init; }

    /// <summary>The service that logs the result, where that is not the transport: mail that was not taken to its transport at all.</summary>
    public string? LoggedAs { get; init; }

    /// <summary>
    /// Recipients whose first attempt in this request ended in doubt and who were tried once more, whatever came of that
    /// (<c>in_doubt_action = retry</c>).
    /// </summary>
    public int SentAgain { get; init; }

    /// <summary>When the agent began to work on the request; null if it never came to that.</summary>
    public DateTimeOffset Began { get; init; }

    /// <summary>Time for look-up, connection and greeting (the third part of <c>delays=</c>); zero on a reused connection.</summary>
    public TimeSpan ConnectionSetup { get; init; }

    /// <summary>Time for the transaction itself (the fourth part of <c>delays=</c>).</summary>
    public TimeSpan Transmission { get; init; }

    /// <summary>How many times the connection had carried mail before; the log says <c>conn_use=n+1</c> when it is over 0.</summary>
    public int ConnectionUses { get; init; }
}
