using System.Buffers;
using System.Text;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Maildrop;

/// <summary>
/// Returns to its sender what was left in the maildrop folder and is refused for good: the program that left it was told that it would be
/// sent, so nobody else can tell anybody. Postfix: cleanup(8) on behalf of pickup(8).
/// </summary>
internal sealed class RefusedMail(LocalSubmission submissions, IngressServices services)
{
    private const int BufferSize = 16 * 1024;

    /// <summary>Postfix's word for the recipient of mail that has none.</summary>
    private const string NoRecipient = "unknown";

    /// <summary>
    /// Queues the report. Null if there is nobody to report to: the null sender, a sender that is no address, one that asked for no
    /// reports; the postmaster is told instead where <c>notify_classes</c> says so.
    /// </summary>
    /// <param name="submission">The envelope.</param>
    /// <param name="refusal">The reason, with its enhanced status in front.</param>
    /// <param name="content">The message, with lines of any kind; read as far as a report may return it.</param>
    public async ValueTask<StoreResult?> ReturnAsync(Submission submission, string refusal, Stream content, CancellationToken cancel)
    {
        var policy = submissions.Policy();
        var message = await ReadAsync(content, MostToRead(policy), cancel);
        var request = RequestFor(submission, refusal, message, policy);
        var syslogName = policy.Snapshot.Get(LogParameters.SyslogName);
        services.Log.For(syslogName, "pickup").Info($"{request.Message.QueueId}: uid={submission.UserId} from=<{submission.Sender}>");
        var cleanup = services.Log.For(syslogName, "cleanup");
        foreach (var (recipient, _, status, reason) in request.Outcomes)
        {
            var (to, (c, s, d)) = (recipient.Address, status);
            cleanup.Info($"{request.Message.QueueId}: to=<{to}>, relay=none, delay=0, delays=0/0/0/0, dsn={c}.{s}.{d}, status=bounced ({reason})");
        }
        StoreResult? result = null;
        var bounce = services.Log.For(syslogName, "bounce");
        foreach (var report in services.BuildReport(request))
        {
            var stored = await services.Submit(report.Message, cancel);
            if (stored == StoreResult.Stored) bounce.Info($"{request.Message.QueueId}: {report.Title}: {report.Message.Envelope.QueueId}");
            else if (result is not null) bounce.Warning($"{request.Message.QueueId}: no room in the queue for the {report.Title}");
            // The first report is the sender's; with it he knows. The others are copies.
            result ??= stored;
            if (result != StoreResult.Stored) return result;
        }
        return result;
    }

    private ReportRequest RequestFor(Submission submission, string refusal, MessageContent message, SmtpdPolicy policy)
    {
        var (now, id) = (services.Time.GetUtcNow(), services.NextMessageId());
        var parameters = LocalSubmission.MailParametersOf(submission, out var isBad);
        var sender = SenderOf(submission, refusal, policy);
        var envelope = new MessageEnvelope
        {
            Id = id,
            QueueId = QueueId.Format(now, id, policy.LongQueueIds),
            Arrived = now,
            Sender = sender,
            Size = message.Length,
            IsSmtpUtf8 = !Ascii.IsValid(sender) || !submission.Recipients.All(r => Ascii.IsValid(r)),
            Ret = isBad is null ? parameters.Ret : "",
            Envid = isBad is null ? parameters.Envid : "",
        };
        var hasStatus = EnhancedStatus.TryParse(refusal, out var status, out var length);
        var reason = hasStatus ? refusal[length..].TrimStart() : refusal;
        var destination = new DestinationKey("error", reason);
        var given = submission.Recipients;
        IEnumerable<string> recipients = given.Count > 0 ? given.Select(r => Complete(r, policy)) : [NoRecipient];
        var outcomes = recipients.Select((recipient, number) => new RecipientOutcome(
            new QueuedRecipient { Number = number, Address = recipient, Notify = submission.Notify, Destination = destination, Due = now },
            DeliveryAction.Failed, hasStatus ? status : new EnhancedStatus(5, 0, 0), reason));
        return new ReportRequest(ReportKind.Failure, envelope, [.. outcomes], message, now);
    }

    /// <summary>
    /// Who is told. A user who may not send mail is told at his own address: otherwise he could send to anybody after all, by naming him as
    /// the sender.
    /// </summary>
    private static string SenderOf(Submission submission, string refusal, SmtpdPolicy policy)
    {
        var mayNot = refusal.StartsWith(SubmitUsers.NotAllowed, StringComparison.Ordinal);
        var name = mayNot ? SubmitUsers.Find(submission.UserId).Name : submission.Sender;
        return EmailAddress.TryParse(name, out var sender) ? policy.Complete(sender).Text : "";
    }

    /// <summary>A recipient that is no address is shown as it was given.</summary>
    private static string Complete(string recipient, SmtpdPolicy policy) =>
        EmailAddress.TryParse(recipient, out var address) ? policy.Complete(address).Text : recipient;

    /// <summary>What a report may return of a message, and whatever its limit is the longest header.</summary>
    private static int MostToRead(SmtpdPolicy policy) =>
        Math.Max(policy.Snapshot.Get(BounceParameters.BounceSizeLimit), policy.Headers.SizeLimit);

    /// <summary>
    /// Reads what a report may return, and a little more so that it is known to be too long. NUL, which no mail may hold, becomes a
    /// question mark.
    /// </summary>
    private static async ValueTask<MessageContent> ReadAsync(Stream content, int limit, CancellationToken cancel)
    {
        var text = new ArrayBufferWriter<byte>();
        var lines = new LineEndings(text);
        var buffer = new byte[BufferSize];
        int count;
        while (text.WrittenCount <= limit && (count = await content.ReadAsync(buffer, cancel)) > 0)
        {
            buffer.AsSpan(0, count).Replace((byte)0, (byte)'?');
            lines.Write(buffer.AsSpan(0, count));
        }
        lines.Complete();
        return MessageContent.From(text.WrittenSpan);
    }
}
