using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Tells senders, and the postmaster, what became of mail. <see cref="Build(ReportRequest)"/> is the queue's <see cref="ReportBuilder"/>.
/// </summary>
/// <param name="configuration">The configuration of the moment.</param>
/// <param name="nextMessageId">Gives a message id that was never given out before.</param>
/// <param name="bounceLog">The log of the reports: <c>postfix/bounce</c>.</param>
/// <param name="cleanupLog">The log of new messages: <c>postfix/cleanup</c>.</param>
public sealed class Reporter(
    Func<ConfigSnapshot> configuration, Func<long> nextMessageId, ServiceLog bounceLog, ServiceLog cleanupLog)
{
    private const int BoundaryLength = 32;

    private volatile ReportSettings? _settings;

    /// <summary>
    /// The reports that a request leads to. None if nobody is to be told: the sender asked not to hear of it (RFC 3461), or the message
    /// is a report itself and the postmaster does not care; a report about the postmaster's mail would never end.
    /// </summary>
    public IReadOnlyList<BuiltReport> Build(ReportRequest request)
    {
        var settings = Settings();
        if (settings.Addressees.IsDoubleBounce(request.Message)) return Discard(request, "undeliverable postmaster notification discarded");
        if (request.Message.IsReport)
        {
            return settings.Addressees.ForReport(request.Kind) is { } postmaster
                ? [Build(request, settings, postmaster)]
                : Discard(request, "undeliverable mail from the null sender discarded");
        }
        var told = request.Outcomes.Where(outcome => IsTold(request.Kind, outcome.Recipient)).ToList();
        if (told.Count == 0) return [];
        var asked = request with { Outcomes = told };
        return IsPerRecipient(asked, settings)
            ? [.. told.SelectMany(outcome => Build(asked with { Outcomes = [outcome] }, settings, VerpSender.For(request.Message, outcome.Recipient)))]
            : [.. Build(asked, settings, request.Message.Sender)];
    }

    /// <summary>What a success is told of the queue has decided, as it depends on the next hop.</summary>
    private static bool IsTold(ReportKind kind, QueuedRecipient recipient) => kind == ReportKind.Success || recipient.IsToldOf(kind);

    private static bool IsPerRecipient(ReportRequest request, ReportSettings settings) =>
        request.Message.Verp.Length > 0 && settings.ReportsToVerpSender && request.Kind is ReportKind.Failure or ReportKind.Delay;

    private IReadOnlyList<BuiltReport> Discard(ReportRequest request, string what)
    {
        if (request.Kind != ReportKind.Failure) return [];
        foreach (var (recipient, _, _, reason) in request.Outcomes)
            bounceLog.Warning($"{request.Message.QueueId}: {what}: to=<{recipient.Address}> ({reason})");
        return [];
    }

    private IEnumerable<BuiltReport> Build(ReportRequest request, ReportSettings settings, string sender) =>
        settings.Addressees.ForMail(request.Kind, sender).Select(to => Build(request, settings, to));

    private BuiltReport Build(ReportRequest request, ReportSettings settings, Addressee to)
    {
        var arrived = request.Now.AddTicks(-(request.Now.Ticks % TimeSpan.TicksPerMicrosecond));
        var id = nextMessageId();
        var template = settings.Templates.For(request.Kind);
        var report = new DeliveryReport
        {
            Kind = request.Kind,
            Message = request.Message,
            Outcomes = request.Outcomes,
            Returned = ReturnedContent.Select(request.Content, request.Message, settings.SizeLimit, to.ReturnsBody),
            To = to,
            Template = template,
            Text = to.IsPostmaster ? "" : settings.Templates.Expand(template),
            QueueId = QueueId.Format(arrived, id, settings.LongQueueIds),
            Date = arrived,
            RetryUntil = request.Message.Queued + settings.Lifetime,
            Hostname = settings.Hostname,
            Origin = settings.Origin,
            MailName = settings.MailName,
            Boundary = RandomNumberGenerator.GetHexString(BoundaryLength, lowercase: true),
        };
        cleanupLog.Info($"{report.QueueId}: message-id={report.MessageId}");
        return new BuiltReport(ToMessage(report, id), to.Title);
    }

    private static IncomingMessage ToMessage(DeliveryReport report, long id)
    {
        var content = DeliveryReportWriter.Write(report);
        var envelope = new MessageEnvelope
        {
            Id = id,
            QueueId = report.QueueId,
            Arrived = report.Date,
            Sender = report.To.Sender,
            Size = content.Length,
            // The report itself is ASCII: only the address needs a way of its own, if the message had one.
            IsSmtpUtf8 = report.IsGlobal && !System.Text.Ascii.IsValid(report.To.Recipient),
        };
        return new IncomingMessage(envelope, [new IncomingRecipient(report.To.Recipient)], content);
    }

    /// <summary>What the configuration of the moment says, compiled when it is new.</summary>
    private ReportSettings Settings()
    {
        var snapshot = configuration();
        var settings = _settings;
        if (settings?.Snapshot != snapshot) _settings = settings = new ReportSettings(snapshot);
        return settings;
    }
}
