using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Tells senders what could not be delivered. <see cref="Build"/> is the queue's <see cref="ReportBuilder"/>.
/// </summary>
/// <param name="configuration">The configuration of the moment.</param>
/// <param name="nextMessageId">Gives a message id that was never given out before.</param>
/// <param name="bounceLog">The log of the reports: <c>postfix/bounce</c>.</param>
/// <param name="cleanupLog">The log of new messages: <c>postfix/cleanup</c>.</param>
public sealed class FailureReporter(
    Func<ConfigSnapshot> configuration, Func<long> nextMessageId, ServiceLog bounceLog, ServiceLog cleanupLog)
{
    private const int BoundaryLength = 32;

    private readonly Func<ConfigSnapshot> _configuration = configuration;
    private readonly Func<long> _nextMessageId = nextMessageId;
    private readonly ServiceLog _bounceLog = bounceLog;
    private readonly ServiceLog _cleanupLog = cleanupLog;

    /// <summary>
    /// The report about recipients that failed, from the null sender to the sender. Null if nobody is to be told: the message came from
    /// the null sender itself (a report about a report would never end), or the sender asked not to hear of failures (RFC 3461).
    /// </summary>
    public IncomingMessage? Build(
        MessageEnvelope message, IReadOnlyList<RecipientOutcome> failed, MessageContent? content, DateTimeOffset now)
    {
        if (message.IsReport)
        {
            _bounceLog.Warning($"{message.QueueId}: undeliverable mail from the null sender discarded");
            return null;
        }
        var told = failed.Where(outcome => IsToBeTold(outcome.Recipient)).ToList();
        if (told.Count == 0) return null;

        var snapshot = _configuration();
        var arrived = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var id = _nextMessageId();
        var report = new FailureReport
        {
            Message = message,
            Failed = told,
            Returned = ReturnedContent.Select(content, message, snapshot.Get(BounceParameters.BounceSizeLimit)),
            QueueId = QueueId.Format(arrived, id, snapshot.Get(CleanupParameters.EnableLongQueueIds)),
            Date = arrived,
            Hostname = snapshot.Get(MainParameters.MyHostname),
            MailName = snapshot.Get(MainParameters.MailName),
            Boundary = RandomNumberGenerator.GetHexString(BoundaryLength, lowercase: true),
        };
        _cleanupLog.Info($"{report.QueueId}: message-id={report.MessageId}");
        return ToMessage(report, id);
    }

    /// <summary>RFC 3461 section 4.1: failures are reported unless NOTIFY is given without FAILURE.</summary>
    private static bool IsToBeTold(QueuedRecipient recipient) =>
        recipient.Notify.Length == 0 || recipient.Notify.Split(',').Contains("FAILURE", StringComparer.OrdinalIgnoreCase);

    private static IncomingMessage ToMessage(FailureReport report, long id)
    {
        var content = FailureReportWriter.Write(report);
        var envelope = new MessageEnvelope
        {
            Id = id,
            QueueId = report.QueueId,
            Arrived = report.Date,
            Sender = "",
            Size = content.Length,
            Is8Bit = report.Is8Bit,
            // Only the header field To: of the report itself can hold UTF-8; its parts need no more than an 8-bit way.
            IsSmtpUtf8 = !System.Text.Ascii.IsValid(report.Message.Sender),
        };
        return new IncomingMessage(envelope, [new IncomingRecipient(report.Message.Sender)], content);
    }
}
