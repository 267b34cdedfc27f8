using BulkRelay.Core.Queue.Flows;

namespace BulkRelay.Core.Queue;

/// <summary>All that the queue knows of a message but its recipients and its content. Immutable; stored once, with the message.</summary>
public sealed record MessageEnvelope
{
    /// <summary>The row of the message: unique in the store, never used again.</summary>
    public required long Id { get; init; }

    /// <summary>The name in logs and commands (short or long form, see <see cref="QueueId"/>). Made from <see cref="Arrived"/> and <see cref="Id"/>.</summary>
    public required string QueueId { get; init; }

    /// <summary>When the transaction began, to the microsecond.</summary>
    public required DateTimeOffset Arrived { get; init; }

    /// <summary>When the operator had it begin anew (<c>postsuper -r</c>); null if never.</summary>
    public DateTimeOffset? Requeued { get; init; }

    /// <summary>Since when it is in the queue: back-off, warning and expiry count from here.</summary>
    public DateTimeOffset Queued => Requeued ?? Arrived;

    /// <summary>The reverse path without angle brackets, as it is written in SMTP (quoted where it must be); empty for the null sender.</summary>
    public required string Sender { get; init; }

    /// <summary>Octets of the content as stored: canonical, with the trace header.</summary>
    public required long Size { get; init; }

    /// <summary>
    /// True if the client (<c>BODY=8BITMIME</c>) or the content itself (Content-Transfer-Encoding) declares octets above 127. Content may
    /// hold such octets undeclared.
    /// </summary>
    public bool Is8Bit { get; init; }

    /// <summary>True if the transaction asked for SMTPUTF8 (RFC 6531).</summary>
    public bool IsSmtpUtf8 { get; init; }

    /// <summary>RFC 3461 RET: <c>FULL</c>, <c>HDRS</c> or empty when not given.</summary>
    public string Ret { get; init; } = "";

    /// <summary>RFC 3461 ENVID as xtext, exactly as it came; empty when not given.</summary>
    public string Envid { get; init; } = "";

    /// <summary>The client's verified host name, or <c>unknown</c>; empty for mail that the relay made itself.</summary>
    public string ClientName { get; init; } = "";

    /// <summary>The client's address in text form; empty for mail that the relay made itself.</summary>
    public string ClientAddress { get; init; } = "";

    /// <summary>The name that the client gave in HELO or EHLO.</summary>
    public string HeloName { get; init; } = "";

    /// <summary><c>SMTP</c>, <c>ESMTP</c>, …: the "with" of the Received header.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>True for a delivery status notification of ours: never bounced to anyone but the postmaster.</summary>
    public bool IsReport => Sender.Length == 0;

    /// <summary>The name under which the client signed in; empty if it did not.</summary>
    public string SaslLogin { get; init; } = "";

    /// <summary>The flow whose fair share of a destination it takes, for people to read (parameter <c>flow_key</c>).</summary>
    public string Flow { get; init; } = "";

    /// <summary>How it stands to the mail of other flows.</summary>
    public FlowPriority Priority { get; init; } = FlowPriority.Normal;

    /// <summary>True while the operator (or an access rule) holds the whole message.</summary>
    public bool IsHeld { get; init; }

    /// <summary>True if the operator has expired it (<c>postsuper -e</c>): what cannot be delivered at the next attempt is returned.</summary>
    public bool IsExpired { get; init; }

    /// <summary>When the sender is to be warned that it is late (<c>delay_warning_time</c>); null if never. See <see cref="IsWarned"/>.</summary>
    public DateTimeOffset? WarnAt { get; init; }

    /// <summary>True once the sender has been warned that it is late.</summary>
    public bool IsWarned { get; init; }

    /// <summary>Whether the sender gets a report of what the attempts did, as from <c>sendmail -bv</c> and <c>sendmail -v</c>.</summary>
    public DeliveryTrace Trace { get; init; }

    /// <summary>
    /// The two delimiters with which each recipient's address goes into the sender's address (VERP, <c>XVERP</c>); empty for none.
    /// </summary>
    public string Verp { get; init; } = "";

    /// <summary>
    /// Where all of it goes instead of by its recipients' routes, <c>transport:nexthop</c> (FILTER in access tables, <c>content_filter</c>);
    /// empty for nowhere else.
    /// </summary>
    public string Filter { get; init; } = "";
}
