using System.Globalization;
using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// The way in for mail of programs on this machine (Postfix: sendmail(1), pickup(8)): checks the envelope, makes the lines canonical, adds
/// the headers that are missing, and queues. Within the limits of size and memory that hold for SMTP clients.
/// </summary>
/// <param name="configuration">The configuration of the moment.</param>
/// <param name="services">The rest of the relay.</param>
public sealed class LocalSubmission(Func<ConfigSnapshot> configuration, IngressServices services)
{
    private const int BufferSize = 16 * 1024;

    private static readonly Client Here = new(IPAddress.Loopback, "localhost");

    private volatile SmtpdPolicy? _policy;

    /// <summary>Takes a message over. If the result is a queue id, the message is durable and the relay is responsible for it.</summary>
    /// <param name="submission">The envelope.</param>
    /// <param name="content">The message, with lines of any kind; read to its end, or until it is too long.</param>
    /// <param name="cancel">The program has gone: nothing is queued, unless it is already.</param>
    public async ValueTask<SubmissionResult> SubmitAsync(Submission submission, Stream content, CancellationToken cancel)
    {
        var policy = Policy();
        if (await SubmitUsers.RefusalAsync(submission.UserId, policy, cancel) is { } notAllowed) return SubmissionResult.Refused(notAllowed);
        if (Read(submission, policy, services.Time.GetUtcNow(), services.NextMessageId(), out var transaction) is { } refusal) return SubmissionResult.Refused(refusal);
        var builder = new MessageBuilder(services.LocalMemory);
        try
        {
            if (!builder.TryBegin(policy.Headers, policy.MessageSizeLimit, MemoryLimit(policy), 0)) return OutOfMemory;
            if (await FillAsync(builder, content, policy, cancel) is { } fault) return fault;
            var cleanupLog = services.Log.For(policy.Snapshot.Get(LogParameters.SyslogName), "cleanup");
            if (!await policy.Senders.TryApplyAsync(transaction, builder, isOwnClient: true, cleanupLog, cancel)) return TableUnavailable;
            var message = Build(submission, policy, transaction, builder);
            return await services.Submit(message, cancel) switch
            {
                StoreResult.Stored => SubmissionResult.Queued(transaction.QueueId),
                StoreResult.Full => SubmissionResult.Refused("4.3.1 Insufficient system storage"),
                _ => SubmissionResult.Refused("4.3.0 queue file write error"),
            };
        }
        finally
        {
            builder.Discard();
        }
    }

    /// <summary>Why a submission would be refused, as far as that can be told without the relay; null if it would not.</summary>
    public static async ValueTask<string?> CheckAsync(
        Submission submission, Stream content, ConfigSnapshot configuration, CancellationToken cancel)
    {
        var policy = SmtpdPolicy.Compile(configuration, TimeProvider.System, _ => { });
        if (await SubmitUsers.RefusalAsync(submission.UserId, policy, cancel) is { } notAllowed) return notAllowed;
        if (Read(submission, policy, DateTimeOffset.UnixEpoch, 0, out _) is { } refusal) return refusal;
        var builder = new MessageBuilder(new ContentMemory());
        try
        {
            // That there is no room for it says nothing about the room in the relay.
            if (!builder.TryBegin(policy.Headers, policy.MessageSizeLimit, policy.ContentMemoryLimit, 0)) return null;
            return await FillAsync(builder, content, policy, cancel) is { IsTemporary: false } refused ? refused.Refusal : null;
        }
        finally
        {
            builder.Discard();
        }
    }

    /// <summary>The room for one envelope; to be disposed of when its message is queued or refused.</summary>
    public EnvelopeRoom RoomForEnvelope() => new(services.LocalMemory, MemoryLimit(Policy()));

    /// <summary>
    /// Beside what SMTP clients may take, a quarter of it; but one message always finds room, which takes twice its size at most if it is
    /// all header.
    /// </summary>
    private static long MemoryLimit(SmtpdPolicy policy)
    {
        var (all, size) = (policy.ContentMemoryLimit, policy.MessageSizeLimit);
        return size == 0 ? all : Math.Min(all, Math.Max(all / 4, size > all / 2 ? all : 2 * size));
    }

    private static SubmissionResult OutOfMemory => SubmissionResult.Refused("4.3.1 too much mail is being received, try again later");

    private static SubmissionResult TableUnavailable => SubmissionResult.Refused("4.3.0 a table of the relay cannot be asked, try again later");

    /// <summary>Reads the envelope. Null, or why it is refused.</summary>
    private static string? Read(Submission submission, SmtpdPolicy policy, DateTimeOffset arrived, long messageId, out Transaction transaction)
    {
        transaction = null!;
        if (!EmailAddress.TryParse(submission.Sender, out var sender)) return "5.1.7 bad sender address syntax";
        var parameters = MailParametersOf(submission, out var refusal);
        if (refusal is not null) return refusal;
        if (submission.Verp is { } verp)
        {
            if (sender.IsNull) return "5.5.4 VERP requires non-null sender";
            if (VerpDelimiters.Complete(policy.Snapshot, verp, out var fault) is not { } delimiters) return $"5.5.4 VERP {fault}";
            parameters = parameters with { Verp = delimiters };
        }
        transaction = new Transaction
        {
            Sender = policy.Complete(sender).Text,
            Parameters = parameters with { SmtpUtf8 = !sender.IsAscii || !submission.Recipients.All(r => Ascii.IsValid(r)) },
            Arrived = arrived,
            HeloName = "",
            Protocol = "",
            MessageId = messageId,
        };
        transaction.QueueId = QueueId.Format(transaction.Arrived, transaction.MessageId, policy.LongQueueIds);
        return AddRecipients(submission, policy, transaction);
    }

    /// <summary>The parameters, by the rules of the protocol. The reason of a refusal is the text of the reply behind its code.</summary>
    internal static MailParameters MailParametersOf(Submission submission, out string? refusal)
    {
        var text = (submission.Ret.Length > 0 ? $"RET={submission.Ret} " : "") + (submission.Envid.Length > 0 ? $"ENVID={submission.Envid}" : "");
        refusal = MailParameters.Parse(Encoding.UTF8.GetBytes(text), SmtpExtensions.Dsn, out var parameters)?.Text[4..];
        return parameters;
    }

    private static string? AddRecipients(Submission submission, SmtpdPolicy policy, Transaction transaction)
    {
        var notify = new RcptParameters();
        if (submission.Notify.Length > 0
            && RcptParameters.Parse(Encoding.UTF8.GetBytes($"NOTIFY={submission.Notify}"), SmtpExtensions.Dsn, out notify) is { } refusal)
            return refusal.Text[4..];
        foreach (var text in submission.Recipients)
        {
            if (!EmailAddress.TryParse(text, out var recipient) || recipient.IsNull) return "5.1.3 bad recipient address syntax";
            transaction.Recipients.Add(new IncomingRecipient(policy.Complete(recipient).Text, "", notify.Notify));
        }
        return transaction.Recipients.Count > 0 ? null : "5.5.1 no recipients";
    }

    private static async ValueTask<SubmissionResult?> FillAsync(MessageBuilder builder, Stream content, SmtpdPolicy policy, CancellationToken cancel)
    {
        var lines = new LineEndings(builder);
        var buffer = new byte[BufferSize];
        int count;
        while (!builder.IsTooBig && !builder.IsOutOfMemory && builder.DisallowedLine is null && (count = await content.ReadAsync(buffer, cancel)) > 0) lines.Write(buffer.AsSpan(0, count));
        lines.Complete();
        if (builder.IsTooBig) return SubmissionResult.Refused("5.3.4 message file too big");
        if (builder.IsOutOfMemory) return OutOfMemory;
        if (builder.DisallowedLine is not null) return SubmissionResult.Refused(EndOfMessage.DisallowedCharacter);
        if (lines.HasNul && policy.Headers.Characters is not { AllowsNul: true }) return SubmissionResult.Refused("5.6.0 message contains NUL characters");
        return builder.Head.Hops + 1 >= policy.Headers.HopcountLimit ? SubmissionResult.Refused("5.4.0 too many hops") : null;
    }

    private IncomingMessage Build(Submission submission, SmtpdPolicy policy, Transaction transaction, MessageBuilder content)
    {
        var (id, syslogName) = (transaction.QueueId, policy.Snapshot.Get(LogParameters.SyslogName));
        services.Log.For(syslogName, "pickup").Info($"{id}: uid={submission.UserId} from=<{submission.Sender}>");
        var date = services.ArrivalDate.Format(transaction.Arrived);
        var trace = string.Create(CultureInfo.InvariantCulture, $"Received: by {policy.Hostname} ({policy.MailName}, from userid {submission.UserId})\r\n"
            + $"\tid {id}; {Encoding.ASCII.GetString(date)}\r\n");
        var (added, madeId) = MissingHeaders.For(content.Head.Seen, policy, transaction, date, submission.FullName);
        Log(services.Log.For(syslogName, "cleanup"), id, madeId, content);
        var finished = content.Complete(Encoding.UTF8.GetBytes(trace), added);
        var envelope = new MessageEnvelope
        {
            Id = transaction.MessageId,
            QueueId = id,
            Arrived = transaction.Arrived,
            Sender = transaction.Sender,
            Size = finished.Length,
            Is8Bit = EightBitContent.IsDeclared(finished),
            IsSmtpUtf8 = transaction.Parameters.SmtpUtf8,
            Ret = transaction.Parameters.Ret,
            Envid = transaction.Parameters.Envid,
            Verp = transaction.Parameters.Verp ?? "",
            Trace = submission.Trace,
            Flow = policy.Flows.FlowOf(Here, transaction, content),
            Priority = policy.Flows.PriorityOf(content, saysPriority: true),
        };
        return new IncomingMessage(envelope, policy.Duplicates.Without(transaction.Recipients), finished);
    }

    private static void Log(ServiceLog log, string id, string madeId, MessageBuilder content)
    {
        if (madeId.Length > 0) log.Info($"{id}: message-id=<{madeId}>");
        else if (content.Header(HeaderPolicy.MessageId) is { IsEmpty: false } given) log.Info($"{id}: message-id={given}");
        else log.Info($"{id}: message-id=<>");
    }

    /// <summary>The configuration of the moment as it is used here.</summary>
    internal SmtpdPolicy Policy()
    {
        var snapshot = configuration();
        var policy = _policy;
        if (policy?.Snapshot != snapshot) _policy = policy = SmtpdPolicy.Compile(snapshot, services.Time, _ => { });
        return policy;
    }
}
