using System.Buffers;
using System.Globalization;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// The mail to the postmaster with the transcript of a session in which something went wrong (<c>notify_classes</c>,
/// <c>error_notice_recipient</c>), in Postfix's form.
/// </summary>
internal static class TranscriptNotice
{
    /// <summary>RFC 5322 section 2.1.1 allows 998 octets in a line, and a character may take four.</summary>
    private const int MaxLine = 240;

    /// <summary>
    /// Queues the notice. That it could not be is only logged: the queue may be what is in trouble. There is none while the queue is short
    /// of space, and no more of them than <see cref="NoticeLimit"/> allows: strangers decide how many sessions go wrong.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="transcript">What was said.</param>
    /// <param name="reason">Why it ended; empty if the client said good-bye, or goes on.</param>
    public static async ValueTask SendAsync(SmtpSession session, SessionTranscript transcript, string reason)
    {
        var snapshot = session.Policy.Snapshot;
        if (session.Services.QueueSpace.Refuse(snapshot, 0) is { } isShort)
        {
            session.Log.Warning($"no notice to the postmaster: {isShort}");
            return;
        }
        if (!session.Services.NoticeLimit.TryTake(out var leftOut))
        {
            if (leftOut == 1) session.Log.Warning($"no notice to the postmaster: more than {NoticeLimit.PerMinute} in a minute; the next one tells how many were left out");
            return;
        }
        var arrived = session.Services.Time.GetUtcNow();
        var id = session.Services.NextMessageId();
        var queueId = QueueId.Format(arrived, id, session.Policy.LongQueueIds);
        var recipient = PostmasterAddress.Of(snapshot, BounceParameters.ErrorNoticeRecipient);
        var body = WriteBody(transcript, reason, leftOut);
        var text = Write(session, body, queueId, arrived, recipient);
        var content = MessageContent.From(text);
        var envelope = new MessageEnvelope
        {
            Id = id,
            QueueId = queueId,
            Arrived = arrived,
            Sender = PostmasterAddress.DoubleBounce(snapshot),
            Size = content.Length,
        };
        session.CleanupLog.Info($"{queueId}: message-id={MessageId(session, queueId, arrived)}");
        var result = await session.Services.Submit(new IncomingMessage(envelope, [new IncomingRecipient(recipient)], content), CancellationToken.None);
        if (result != StoreResult.Stored) session.Log.Warning($"{queueId}: no room in the queue for a notice to the postmaster");
    }

    private static byte[] Write(
        SmtpSession session, byte[] body, string queueId, DateTimeOffset arrived, string recipient)
    {
        var (policy, date) = (session.Policy, Encoding.ASCII.GetString(session.Services.ArrivalDate.Format(arrived)));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Received: by {policy.Hostname} ({policy.MailName})\r\n\tid {queueId}; {date}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Date: {date}\r\nFrom: Mail Delivery System <MAILER-DAEMON@{policy.Hostname}>\r\n")
            .Append(CultureInfo.InvariantCulture, $"To: Postmaster <{recipient}>\r\n")
            .Append(CultureInfo.InvariantCulture, $"Subject: {policy.MailName} SMTP server: errors from {session.Client.NameAndAddress}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Auto-Submitted: auto-generated\r\nMessage-Id: {MessageId(session, queueId, arrived)}\r\n");
        if (Ascii.IsValid(body)) return [.. Encoding.UTF8.GetBytes(text.Append("\r\n").ToString()), .. body];
        // The notice has to arrive whatever the way to the postmaster can carry.
        text.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
        var encoded = new ArrayBufferWriter<byte>(2 * body.Length);
        QuotedPrintable.Write(encoded, body);
        return [.. Encoding.UTF8.GetBytes(text.ToString()), .. encoded.WrittenSpan];
    }

    private static byte[] WriteBody(SessionTranscript transcript, string reason, int leftOut)
    {
        var text = new StringBuilder("Transcript of session follows.\r\n\r\n");
        foreach (var line in transcript.Lines().SelectMany(Cut)) text.Append(line).Append("\r\n");
        text.Append("\r\n");
        if (reason.Length > 0) text.Append(CultureInfo.InvariantCulture, $"Session aborted, reason: {reason}\r\n");
        if (leftOut > 0) text.Append(CultureInfo.InvariantCulture,
            $"\r\n{leftOut} more notices about other sessions were left out before this one.\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\nFor other details, see the local mail logfile\r\n").ToString());
    }

    private static IEnumerable<string> Cut(string line)
    {
        yield return line[..Math.Min(line.Length, MaxLine)];
        for (var at = MaxLine; at < line.Length; at += MaxLine) yield return "      " + line[at..Math.Min(line.Length, at + MaxLine)];
    }

    private static string MessageId(SmtpSession session, string queueId, DateTimeOffset arrived) =>
        string.Create(CultureInfo.InvariantCulture, $"<{arrived.UtcDateTime:yyyyMMddHHmmss}.{queueId}@{session.Policy.Hostname}>");
}
