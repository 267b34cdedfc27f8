using System.Net;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>What restrictions decide about: the session so far. One for a session, kept up to date by it.</summary>
internal sealed class AccessRequest(Client client)
{
    /// <summary>The peer.</summary>
    public Client Client { get; } = client;

    /// <summary>Where the peer is connected to.</summary>
    public IPEndPoint Server { get; init; } = new(IPAddress.Any, 0);

    /// <summary>What restrictions ask DNS through.</summary>
    public RestrictionDns Dns { get; init; } = RestrictionDns.None;

    /// <summary>Its name in HELO or EHLO; empty before.</summary>
    public string HeloName { get; set; } = "";

    /// <summary><c>SMTP</c> or <c>ESMTP</c>.</summary>
    public string Protocol { get; set; } = "SMTP";

    /// <summary>The sender, complete with a domain; empty for the null sender, null outside a transaction.</summary>
    public string? Sender { get; set; }

    /// <summary>The sender as the client named it: what it is told about. Meaningless outside a transaction.</summary>
    public EmailAddress SenderAsGiven { get; set; }

    /// <summary>The size of the message as MAIL declared it; 0 if it did not.</summary>
    public long DeclaredSize { get; set; }

    /// <summary>How many recipients of the transaction were accepted.</summary>
    public int RecipientCount { get; set; }

    /// <summary>True once the client sent something ahead of time where it has to wait: it stays true to the end of the session.</summary>
    public bool HasImproperPipelining { get; set; }

    /// <summary>The recipient in question, complete with a domain; null where there is none.</summary>
    public EmailAddress? Recipient { get; set; }

    /// <summary>The same as the client named it: what it is told about.</summary>
    public EmailAddress RecipientAsGiven { get; set; }

    /// <summary>How the connection is encrypted; null if it is not.</summary>
    public TlsState? Tls { get; set; }

    /// <summary>As whom the client signed in; null if it did not.</summary>
    public SaslIdentity? Sasl { get; set; }

    /// <summary>
    /// The refusal for now that holds unless something refuses for good: a check could not find out what it had to (Postfix:
    /// defer_if_permit). The first one stays.
    /// </summary>
    public Verdict? DeferIfPermit { get; set; }

    /// <summary>The refusal for now that takes the place of one for good (Postfix: defer_if_reject). The first one stays.</summary>
    public Verdict? DeferIfReject { get; set; }

    /// <summary>What is to be done with the message if it is not refused.</summary>
    public MessageActions Actions { get; } = new();

    /// <summary>What the list in evaluation is about.</summary>
    public AccessSubject Subject { get; set; }

    /// <summary>Whether the client is in <c>mynetworks</c>: asked once in a session, whose client stays the same.</summary>
    public MatchResult? InMyNetworks { get; set; }

    /// <summary>How a refusal names what it refuses: <c>&lt;name[address]&gt;: Client host</c>.</summary>
    public string SubjectText => Subject switch
    {
        AccessSubject.Client => $"<{Client.NameAndAddress}>: Client host",
        AccessSubject.Helo => $"<{HeloName}>: Helo command",
        AccessSubject.Sender => $"<{SenderAsGiven.ToUnquoted()}>: Sender address",
        AccessSubject.Recipient => $"<{RecipientAsGiven.ToUnquoted()}>: Recipient address",
        AccessSubject.Data => "<DATA>: Data command",
        _ => "<END-OF-MESSAGE>: End-of-data",
    };
}
