using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// The <c>to=&lt;…&gt;</c> lines of one delivery, as Postfix writes them: <c>delays=a/b/c/d</c> is the time before the message came into
/// memory, in memory, for look-up and connection, and for the transaction.
/// </summary>
internal readonly ref struct OutcomeLog
{
    /// <summary>The most octets that five delays take.</summary>
    public const int DelaysLength = 160;

    private readonly ServiceLog _log;
    private readonly string _queueId;
    private readonly int _connectionUses;
    private readonly ReadOnlySpan<byte> _delays;

    /// <param name="log">The log of the transport.</param>
    /// <param name="entry">What was delivered.</param>
    /// <param name="outcome">How it went.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="resolution"><c>delay_logging_resolution_limit</c>.</param>
    /// <param name="buffer">Room for <see cref="DelaysLength"/> octets.</param>
    public OutcomeLog(ServiceLog log, QueueEntry entry, DeliveryOutcome outcome, DateTimeOffset now, int resolution, Span<byte> buffer)
    {
        _log = log;
        _queueId = entry.Message.QueueId;
        _connectionUses = outcome.ConnectionUses;
        var began = outcome.Began == default ? now : outcome.Began;
        var length = 0;
        Append(buffer, ref length, "delay="u8, now - entry.Message.Arrived, resolution);
        Append(buffer, ref length, ", delays="u8, entry.Activated - entry.Message.Arrived, resolution);
        Append(buffer, ref length, "/"u8, began - entry.Activated, resolution);
        Append(buffer, ref length, "/"u8, outcome.ConnectionSetup, resolution);
        Append(buffer, ref length, "/"u8, outcome.Transmission, resolution);
        _delays = buffer[..length];
    }

    /// <summary>One line.</summary>
    public void Write(RecipientOutcome outcome, EnhancedStatus dsn, string status, string reason)
    {
        var (to, relay, uses) = (outcome.Recipient.Address, outcome.Relay, _connectionUses + 1);
        var (c, s, d) = dsn;
        if (_connectionUses > 0)
            _log.Info($"{_queueId}: to=<{to}>, relay={relay}, conn_use={uses}, {_delays}, dsn={c}.{s}.{d}, status={status} ({reason})");
        else
            _log.Info($"{_queueId}: to=<{to}>, relay={relay}, {_delays}, dsn={c}.{s}.{d}, status={status} ({reason})");
    }

    private static void Append(Span<byte> buffer, ref int length, ReadOnlySpan<byte> label, TimeSpan delay, int resolution)
    {
        label.CopyTo(buffer[length..]);
        length += label.Length;
        new DelayText(delay, resolution).TryFormat(buffer[length..], out var written, default, null);
        length += written;
    }
}
