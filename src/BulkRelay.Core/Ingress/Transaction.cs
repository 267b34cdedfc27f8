using BulkRelay.Core.Queue;
using BulkRelay.Core.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>A mail transaction: from MAIL to the end of the message, RSET, or a new HELO.</summary>
internal sealed class Transaction
{
    /// <summary>The reverse path, complete with a domain; empty for the null sender. Cleanup may give it another form at the end.</summary>
    public required string Sender { get; set; }

    /// <summary>The parameters of MAIL.</summary>
    public required MailParameters Parameters { get; init; }

    /// <summary>When MAIL was accepted.</summary>
    public required DateTimeOffset Arrived { get; init; }

    /// <summary>The name of HELO or EHLO; empty if there was none.</summary>
    public required string HeloName { get; init; }

    /// <summary><c>SMTP</c> or <c>ESMTP</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>How the connection is encrypted; null if it is not.</summary>
    public TlsState? Tls { get; init; }

    /// <summary>As whom the client signed in; null if it did not.</summary>
    public SaslIdentity? Sasl { get; init; }

    /// <summary>The accepted recipients.</summary>
    public List<IncomingRecipient> Recipients { get; } = new(1);

    /// <summary>Recipients refused because there were too many.</summary>
    public int Overshoot { get; set; }

    /// <summary>The message's id; 0 before the first recipient was accepted.</summary>
    public long MessageId { get; set; }

    /// <summary>Its name in the log; empty before the first recipient was accepted.</summary>
    public string QueueId { get; set; } = "";

    /// <summary>The message as it comes in chunks; null before BDAT.</summary>
    public DataScanner? Chunks { get; set; }

    /// <summary>The protocol of the trace header.</summary>
    public string TraceProtocol => Cleanup.TraceProtocol.Name(Protocol, Parameters.SmtpUtf8, Tls is not null, Sasl is not null);
}
