using BulkRelay.Core.Queue.Flows;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>Reads messages and recipients from rows whose columns stand in the order of <c>Reader.sql</c>.</summary>
internal static class StoredRow
{
    /// <summary>How many columns a recipient takes; what a statement adds comes behind them.</summary>
    public const int RecipientColumns = 11;

    /// <param name="row">The row.</param>
    /// <param name="at">The column of the message's id.</param>
    public static MessageEnvelope Envelope(NpgsqlDataReader row, int at = 0) => new()
    {
        Id = row.GetInt64(at),
        QueueId = row.GetString(at + 1),
        Arrived = StoredTime.Read(row.GetInt64(at + 2)),
        Sender = row.GetString(at + 3),
        Size = row.GetInt64(at + 4),
        Is8Bit = row.GetBoolean(at + 5),
        IsSmtpUtf8 = row.GetBoolean(at + 6),
        IsHeld = row.GetBoolean(at + 7),
        Ret = row.GetString(at + 8),
        Envid = row.GetString(at + 9),
        ClientName = row.GetString(at + 10),
        ClientAddress = row.GetString(at + 11),
        HeloName = row.GetString(at + 12),
        Protocol = row.GetString(at + 13),
        SaslLogin = row.GetString(at + 14),
        Flow = row.GetString(at + 15),
        Priority = (FlowPriority)row.GetInt16(at + 16),
        IsExpired = row.GetBoolean(at + 17),
        WarnAt = row.GetInt64(at + 18) is var warnAt && warnAt != 0 ? StoredTime.Read(warnAt) : null,
        IsWarned = row.GetBoolean(at + 19),
        Trace = (DeliveryTrace)row.GetInt16(at + 20),
        Verp = row.GetString(at + 21),
        Filter = row.GetString(at + 22),
        Requeued = row.GetInt64(at + 23) is var requeued && requeued != 0 ? StoredTime.Read(requeued) : null,
    };

    /// <param name="row">The row.</param>
    /// <param name="now">What stands for the time when the recipient is due: it never is again.</param>
    public static UnreportedOutcome Unreported(NpgsqlDataReader row, DateTimeOffset now) =>
        new((ReportKind)row.GetInt16(0), new RecipientOutcome(
        new QueuedRecipient
        {
            Number = row.GetInt32(1),
            Address = row.GetString(2),
            Orcpt = row.GetString(3),
            Notify = row.GetString(4),
            Destination = new DestinationKey("", ""),
            Due = now,
        }, (DeliveryAction)row.GetInt16(5), StoredStatus.Read(row.GetInt32(6)), row.GetString(7))
        {
            DiagnosticCode = row.GetString(8),
            RemoteMta = row.GetString(9),
            Relay = row.GetString(10),
            IsRelayed = row.GetBoolean(11),
        });

    public static QueuedRecipient Recipient(NpgsqlDataReader row) => Recipient(row, new DestinationKey(row.GetString(4), row.GetString(5)));

    /// <summary>A recipient whose destination is known: its two texts are not made again.</summary>
    public static QueuedRecipient Recipient(NpgsqlDataReader row, DestinationKey destination) => new()
    {
        Number = row.GetInt32(0),
        Address = row.GetString(1),
        Orcpt = row.GetString(2),
        Notify = row.GetString(3),
        Destination = destination,
        Due = StoredTime.Read(row.GetInt64(6)),
        Attempts = row.GetInt32(7),
        Status = StoredStatus.Read(row.GetInt32(8)),
        Reason = row.GetString(9),
        InDoubt = row.GetInt32(10),
    };
}
