using BulkRelay.Core.Queue.Flows;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>Reads messages and recipients from rows whose columns stand in the order of <c>Reader.sql</c>.</summary>
internal static class StoredRow
{
    /// <summary>How many columns a recipient takes; what a statement adds comes behind them.</summary>
    public const int RecipientColumns = 11;

    public static MessageEnvelope Envelope(SqliteStatement row) => new()
    {
        Id = row.Int64(0),
        QueueId = row.Text(1),
        Arrived = StoredTime.Read(row.Int64(2)),
        Sender = row.Text(3),
        Size = row.Int64(4),
        Is8Bit = row.Bool(5),
        IsSmtpUtf8 = row.Bool(6),
        IsHeld = row.Bool(7),
        Ret = row.Text(8),
        Envid = row.Text(9),
        ClientName = row.Text(10),
        ClientAddress = row.Text(11),
        HeloName = row.Text(12),
        Protocol = row.Text(13),
        SaslLogin = row.Text(14),
        Flow = row.Text(15),
        Priority = (FlowPriority)row.Int32(16),
        IsExpired = row.Bool(17),
        WarnAt = row.Int64(18) is var warnAt && warnAt != 0 ? StoredTime.Read(warnAt) : null,
        IsWarned = row.Bool(19),
        Trace = (DeliveryTrace)row.Int32(20),
        Verp = row.Text(21),
        Filter = row.Text(22),
        Requeued = row.Int64(23) is var requeued && requeued != 0 ? StoredTime.Read(requeued) : null,
    };

    /// <param name="row">The row.</param>
    /// <param name="now">What stands for the time when the recipient is due: it never is again.</param>
    public static UnreportedOutcome Unreported(SqliteStatement row, DateTimeOffset now) =>
        new((ReportKind)row.Int32(0), new RecipientOutcome(
        new QueuedRecipient
        {
            Number = row.Int32(1),
            Address = row.Text(2),
            Orcpt = row.Text(3),
            Notify = row.Text(4),
            Destination = new DestinationKey("", ""),
            Due = now,
        }, (DeliveryAction)row.Int32(5), StoredStatus.Read(row.Int32(6)), row.Text(7))
        {
            DiagnosticCode = row.Text(8),
            RemoteMta = row.Text(9),
            Relay = row.Text(10),
            IsRelayed = row.Bool(11),
        });

    public static QueuedRecipient Recipient(SqliteStatement row) => Recipient(row, new DestinationKey(row.Text(4), row.Text(5)));

    /// <summary>A recipient whose destination is known: its two texts are not made again.</summary>
    public static QueuedRecipient Recipient(SqliteStatement row, DestinationKey destination) => new()
    {
        Number = row.Int32(0),
        Address = row.Text(1),
        Orcpt = row.Text(2),
        Notify = row.Text(3),
        Destination = destination,
        Due = StoredTime.Read(row.Int64(6)),
        Attempts = row.Int32(7),
        Status = StoredStatus.Read(row.Int32(8)),
        Reason = row.Text(9),
        InDoubt = row.Int32(10),
    };
}
