using System.Net;

namespace BulkRelay.Server.Sink;

/// <summary>The point of a transaction at which the sink misbehaves.</summary>
internal enum SinkStage
{
    /// <summary>Instead of the greeting.</summary>
    Connect,

    /// <summary>In reply to MAIL FROM.</summary>
    Mail,

    /// <summary>In reply to RCPT TO, for each recipient anew.</summary>
    Rcpt,

    /// <summary>In reply to DATA.</summary>
    Data,

    /// <summary>In reply to the end of data: the message has been read by then.</summary>
    Dot,
}

/// <summary>How a sink behaves. Shares are probabilities from 0 to 1, drawn anew at each occasion.</summary>
internal sealed record SinkOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 2526);

    /// <summary>The stage at which <see cref="Defer"/> and <see cref="Reject"/> apply.</summary>
    public SinkStage Stage { get; init; } = SinkStage.Rcpt;

    /// <summary>Share of 450 replies (421 at <see cref="SinkStage.Connect"/>).</summary>
    public double Defer { get; init; }

    /// <summary>Share of 550 replies (554 at <see cref="SinkStage.Connect"/>).</summary>
    public double Reject { get; init; }

    /// <summary>Share of connections closed without a reply at <see cref="DropStage"/>.</summary>
    public double Drop { get; init; }

    /// <summary>The stage at which <see cref="Drop"/> applies.</summary>
    public SinkStage DropStage { get; init; } = SinkStage.Dot;

    /// <summary>Time before the reply to the end of data.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>A folder to which every accepted message is written, one file each; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the reply to EHLO offers PIPELINING, 8BITMIME, SMTPUTF8, DSN and SIZE; without it only HELO-time features are there.</summary>
    public bool Extensions { get; init; } = true;

    /// <summary>Seed of the draws, so that a run can be repeated.</summary>
    public int Seed { get; init; } = 1;
}
