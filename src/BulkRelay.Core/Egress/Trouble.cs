using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Why recipients were not delivered, as it goes into their outcome. The texts are Postfix's, for those who search logs for them.
/// </summary>
internal sealed record Trouble(EnhancedStatus Status, string Reason)
{
    /// <summary>
    /// True if it says something of the site as a whole, not of this mail: no connection, a refused greeting, a time-out.
    /// </summary>
    public bool IsSite { get; init; }

    public string DiagnosticCode { get; init; } = "";

    public string RemoteMta { get; init; } = "";

    public string Relay { get; init; } = "none";

    /// <summary>True if the server offers DSN: it reports what becomes of a recipient that it has taken.</summary>
    public bool HopSendsReports { get; init; }

    /// <summary>Who has to do something about it: the only place that says so.</summary>
    public TroubleRank Rank => (DiagnosticCode, Status) switch
    {
        ({ Length: > 0 } reply, _) => reply.StartsWith("smtp; 5", StringComparison.Ordinal) ? TroubleRank.Refusal : TroubleRank.Passing,
        (_, { Subject: 4, Detail: 1 or 2 or 3 } or { Subject: 3, Detail: 2 }) => TroubleRank.Passing,
        _ => TroubleRank.Setup,
    };

    /// <summary>
    /// What is kept when a later host has trouble as well: the one that needs somebody's action, else the later. What is final decides
    /// over the mail and is never kept from doing so; and whether the site as a whole is in trouble the later one says.
    /// </summary>
    public Trouble Then(Trouble later) =>
        Status.IsTransient && later.Status.IsTransient && Rank > later.Rank ? this with { IsSite = later.IsSite } : later;

    /// <summary>A negative reply to a command of the mail transaction.</summary>
    /// <param name="peer">The server.</param>
    /// <param name="reply">Its reply.</param>
    /// <param name="command">What it replied to: <c>RCPT TO command</c>.</param>
    public static Trouble Said(SmtpPeer peer, ReceivedReply reply, string command) =>
        FromReply(peer, reply, $"host {peer.NameAndAddress} said: {reply.Text} (in reply to {command})");

    /// <summary>A negative reply before there was a transaction.</summary>
    public static Trouble Refused(SmtpPeer peer, ReceivedReply reply) =>
        FromReply(peer, reply, $"host {peer.NameAndAddress} refused to talk to me: {reply.Text}") with { IsSite = true };

    /// <summary>Any negative reply. One that is neither 4xx nor 5xx where only these make sense breaks the protocol.</summary>
    public static Trouble FromReply(SmtpPeer peer, ReceivedReply reply, string reason)
    {
        var isNegative = reply.Status.IsTransient || reply.Status.IsPermanent;
        return new Trouble(isNegative ? reply.Status : new EnhancedStatus(5, 5, 0), isNegative ? reason : "Protocol error: " + reason)
        {
            DiagnosticCode = "smtp; " + reply.Text,
            RemoteMta = peer.Name,
            Relay = peer.NameAddressAndPort,
        };
    }

    /// <summary>The connection broke at a stage: <c>sending RCPT TO</c>.</summary>
    public static Trouble Broken(SmtpPeer peer, ConnectionFault fault, string stage)
    {
        var (status, reason) = fault switch
        {
            ConnectionFault.Lost => ("4.4.2", $"lost connection with {peer.NameAndAddress} while {stage}"),
            ConnectionFault.TimedOut => ("4.4.2", $"conversation with {peer.NameAndAddress} timed out while {stage}"),
            ConnectionFault.Protocol => ("4.5.0", $"invalid SMTP reply from {peer.NameAndAddress} while {stage}"),
            _ => ("4.7.5", "Cannot start TLS: handshake failure"),
        };
        return Local(peer, status, reason) with { IsSite = true };
    }

    /// <summary>What this side finds wrong with a server.</summary>
    public static Trouble Local(SmtpPeer peer, string status, string reason) =>
        new(EnhancedStatus.Parse(status), reason) { Relay = peer.NameAddressAndPort };
}
