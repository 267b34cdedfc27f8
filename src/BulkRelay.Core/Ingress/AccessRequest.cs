using System.Globalization;
using System.Net;
using System.Text;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>What restrictions decide about: the session so far. One for a session, kept up to date by it.</summary>
/// <param name="client">The peer.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where decisions are written down.</param>
internal sealed class AccessRequest(Client client, TimeProvider time, ServiceLog log)
{
    private static long _instances;

    private string? _sender;
    private string? _instance;

    /// <summary>The peer.</summary>
    public Client Client { get; } = client;

    /// <summary>Where the peer is connected to.</summary>
    public IPEndPoint Server { get; init; } = new(IPAddress.Any, 0);

    /// <summary>What restrictions ask DNS through.</summary>
    public RestrictionDns Dns { get; init; } = RestrictionDns.None;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Finds the way of a recipient.</summary>
    public RouteRecipient Route { get; init; } = (_, _, _, _) => default;

    /// <summary>Finds the hosts of a domain as a delivery does.</summary>
    public Func<string, CancellationToken, ValueTask<MailHosts>> FindMailHosts { get; init; } = IngressServices.NoHostsYet;

    /// <summary>Lets time pass as long as the client is there.</summary>
    public required Func<TimeSpan, ValueTask> PauseAsync { get; init; }

    /// <summary>The log of smtpd.</summary>
    public ServiceLog Log { get; } = log;

    /// <summary>Its name in HELO or EHLO; empty before.</summary>
    public string HeloName { get; set; } = "";

    /// <summary><c>SMTP</c> or <c>ESMTP</c>.</summary>
    public string Protocol { get; set; } = "SMTP";

    /// <summary>The sender, complete with a domain; empty for the null sender, null outside a transaction.</summary>
    public string? Sender
    {
        get => _sender;
        set => (_sender, _instance) = (value, null);
    }

    /// <summary>The sender as the client named it: what it is told about. Meaningless outside a transaction.</summary>
    public EmailAddress SenderAsGiven { get; set; }

    /// <summary>Who submitted the message first, as a trusted client named him with MAIL (<c>AUTH=</c>, RFC 4954 section 5), still encoded; empty if nobody did.</summary>
    public string SaslSender { get; set; } = "";

    /// <summary>The size of the message: as MAIL declared it, or 0; what it really is once it has come.</summary>
    public long MessageSize { get; set; }

    /// <summary>A name that no other message has, within this transaction; empty outside of one. Made when it is first asked for.</summary>
    public string Instance => Sender is null ? "" : _instance ??= NewInstance();

    /// <summary>How many recipients of the transaction were accepted.</summary>
    public int RecipientCount { get; set; }

    /// <summary>True once the client sent something ahead of time where it has to wait: it stays true to the end of the session.</summary>
    public bool HasImproperPipelining { get; set; }

    /// <summary>
    /// The recipient in question, complete with a domain; null where there is none. While RCPT or VRFY is decided about the one that it
    /// names, otherwise the first that was accepted.
    /// </summary>
    public EmailAddress? Recipient { get; set; }

    /// <summary>The same as the client named it: what it is told about.</summary>
    public EmailAddress RecipientAsGiven { get; set; }

    /// <summary>The argument of ETRN while that is decided about; empty otherwise.</summary>
    public string EtrnName { get; set; } = "";

    /// <summary>How the connection is encrypted; null if it is not.</summary>
    public TlsState? Tls { get; set; }

    /// <summary>As whom the client signed in; null if it did not.</summary>
    public SaslIdentity? Sasl { get; set; }

    /// <summary>What the session is at, for the log: the last command, <c>CONNECT</c> or <c>END-OF-MESSAGE</c>.</summary>
    public string Where { get; set; } = "CONNECT";

    /// <summary>The message's name in the log; empty before it has one.</summary>
    public string QueueId { get; set; } = "";

    /// <summary>
    /// The refusal for now that holds unless something refuses for good: a check could not find out what it had to (Postfix:
    /// defer_if_permit). The first one stays. Set by <see cref="Weigh"/>.
    /// </summary>
    public Verdict? DeferIfPermit { get; set; }

    /// <summary>The refusal for now that takes the place of one for good (Postfix: defer_if_reject). The first one stays.</summary>
    public Verdict? DeferIfReject { get; set; }

    /// <summary>What earlier lists put off.</summary>
    public Deferrals Deferrals { get; set; }

    /// <summary>What is to be done with the message if it is not refused.</summary>
    public MessageActions Actions { get; } = new();

    /// <summary>What the list in evaluation is about: what a table without further words is asked for.</summary>
    public AccessSubject Subject { get; set; }

    /// <summary>How a refusal names what it refuses. Tables whose right-hand side is a list change it for that list.</summary>
    public AccessTarget Target { get; set; }

    /// <summary>True while <c>warn_if_reject</c> holds: refusals are logged, and not made.</summary>
    public bool WarnsOnly { get; set; }

    /// <summary>Whether what permits may be logged.</summary>
    public bool LogsPermits { get; set; } = true;

    /// <summary>How many lists lie around the one in evaluation.</summary>
    public int Depth { get; set; }

    /// <summary>True if what the client said is shown as ASCII (<c>smtputf8_enable = no</c>).</summary>
    public bool ShowsAscii { get; init; }

    /// <summary>True if nothing is refused for good (<c>soft_bounce</c>).</summary>
    public bool SoftBounce { get; init; }

    /// <summary>Whether the client is in <c>mynetworks</c>: asked once in a session, whose client stays the same.</summary>
    public MatchResult? InMyNetworks { get; set; }

    /// <summary>How a refusal names what it refuses: <c>&lt;name[address]&gt;: Client host</c>.</summary>
    public string SubjectText => Target.ToString();

    /// <summary>
    /// What becomes of what a restriction said: under <c>warn_if_reject</c> a refusal is only logged; a refusal that is put off is noted;
    /// and a refusal for good gives way to an earlier one for now if something could not be found out.
    /// </summary>
    public Verdict Weigh(in Verdict said)
    {
        switch (said.Kind)
        {
            case VerdictKind.DeferIfPermit when !WarnsOnly:
                DeferIfPermit ??= Verdict.Refuse(said.Reply!);
                return Verdict.Dunno;
            case VerdictKind.DeferIfReject:
                DeferIfReject ??= Verdict.Refuse(said.Reply!);
                return Verdict.Dunno;
            case VerdictKind.DeferIfPermit:
            case VerdictKind.Refusal when WarnsOnly && !said.IsFault:
                Note("reject_warning", SoftBounce ? said.Reply!.ToTransient().Text : said.Reply!.Text);
                return Verdict.Dunno;
            case VerdictKind.Refusal when said.Reply!.Code >= 500 && DeferIfReject is { } deferral:
                return deferral;
            case VerdictKind.Refusal when SoftBounce && said.Reply!.Code >= 500:
                return Verdict.Refuse(said.Reply.ToTransient());
            default:
                return said;
        }
    }

    /// <summary>
    /// Writes down what was decided, in Postfix's words: <c>NOQUEUE: reject: RCPT from name[address]: 554 …; from=&lt;…&gt; to=&lt;…&gt;
    /// proto=ESMTP helo=&lt;…&gt;</c>.
    /// </summary>
    /// <param name="decision">The word: <c>reject</c>, <c>reject_warning</c>, <c>hold</c>, <c>warn</c> …</param>
    /// <param name="text">What there is to say.</param>
    public void Note(string decision, string text) =>
        Log.Info($"{(QueueId.Length > 0 ? QueueId : "NOQUEUE")}: {decision}: {Where} from {Client.NameAndAddress}: {text};{Circumstances()}");

    private string NewInstance() => string.Create(CultureInfo.InvariantCulture,
        $"{Environment.ProcessId:x}.{Time.GetUtcNow().ToUnixTimeSeconds():x}.{Interlocked.Increment(ref _instances):x}");

    /// <summary>Whose mail it is, as lines of the log say it.</summary>
    public string Circumstances()
    {
        var text = new StringBuilder();
        if (Sender is not null) text.Append(" from=<").Append(SenderAsGiven.Text).Append('>');
        if (Recipient is not null) text.Append(" to=<").Append(RecipientAsGiven.Text).Append('>');
        text.Append(" proto=").Append(Protocol);
        if (HeloName.Length > 0) text.Append(" helo=<").Append(HeloName).Append('>');
        return ShowsAscii ? Encoding.ASCII.GetString(Encoding.UTF8.GetBytes(text.ToString())) : text.ToString();
    }
}
