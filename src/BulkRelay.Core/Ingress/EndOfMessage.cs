using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Ingress.Commands;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// What happens when the whole message has come: the last checks, cleanup, and the hand-over to the queue. 250 is said after the
/// message is durable, and not before; 4xx and 5xx mean that it is not in the queue and never will be.
/// </summary>
internal static class EndOfMessage
{
    /// <summary>The name of this state in the log.</summary>
    public const string Name = "END-OF-MESSAGE";

    private static readonly Reply TooBig = new("552 5.3.4 Error: message file too big");
    private static readonly Reply TooManyHops = new("554 5.4.0 Error: too many hops");
    private static readonly Reply HasNul = new("550 5.6.0 Error: message contains NUL characters");
    private static readonly Reply StoreUnavailable = new("451 4.3.0 Error: queue file write error");

    /// <summary>The refusal of a message for its characters (<c>message_reject_characters</c>), without the code.</summary>
    public const string DisallowedCharacter = "5.7.1 disallowed character";

    /// <summary>The refusal of a message for which the queue has no room.</summary>
    public static readonly Reply StoreFull = new("452 4.3.1 Insufficient system storage");

    /// <summary>The refusal of a message for which there is no memory.</summary>
    public static readonly Reply OutOfMemory = new("452 4.3.1 Error: too much mail is being received, try again later");

    /// <summary>Finishes the transaction. <paramref name="queued"/> is the reply to a message that is in the queue.</summary>
    public static async ValueTask<CommandOutcome> FinishAsync(
        SmtpSession session, Transaction transaction, DataScanner scanner, Func<Transaction, Reply> queued)
    {
        session.Where = Name;
        session.HasBareNewline |= scanner.HasBareNewline && session.BareNewline == BareNewline.Note;
        try
        {
            var verdict = await CheckAsync(session, transaction, scanner);
            if (verdict.Refusal is not null) return session.Refuse(Name, verdict);
            if (session.Content.DisallowedLine is { } line) return RefuseContent(session, transaction, line);
            if (await BuildAsync(session, transaction) is not { } message) return session.Refuse(Name, Verdict.Refuse(StoreUnavailable));
            var result = session.Access.Actions.IsDiscarded ? StoreResult.Stored : await session.Services.Submit(message, CancellationToken.None);
            if (result != StoreResult.Stored)
                return session.Refuse(Name, Verdict.Refuse(result == StoreResult.Full ? StoreFull : StoreUnavailable));
            session.Errors.Forgive();
            return queued(transaction);
        }
        finally
        {
            session.ResetTransaction();
        }
    }

    private static async ValueTask<Verdict> CheckAsync(SmtpSession session, Transaction transaction, DataScanner scanner)
    {
        var content = session.Content;
        if (scanner.HasBareNewline && session.BareNewline == BareNewline.Reject)
        {
            session.CloseAfterReply();
            return Verdict.Refuse(session.BareNewlineRefusal());
        }
        if (content.IsTooBig) session.Log.Warning($"{transaction.QueueId}: queue file size limit exceeded");
        if (content.IsTooBig) return Verdict.Refuse(TooBig);
        if (content.IsOutOfMemory) return Verdict.Refuse(OutOfMemory);
        if (scanner.HasNul && session.Policy.Headers.Characters is not { AllowsNul: true }) return Verdict.Refuse(HasNul);
        // The header that this relay adds counts too, as in Postfix.
        if (content.Head.Hops + 1 >= session.Policy.Headers.HopcountLimit)
        {
            session.CleanupLog.Warning($"{transaction.QueueId}: message rejected: hopcount exceeded");
            return Verdict.Refuse(TooManyHops);
        }
        session.Access.MessageSize = content.Size;
        return await session.Policy.Access.CheckEndOfDataAsync(session.Access, session.Interrupted);
    }

    /// <summary>What content cannot be taken is a decision of cleanup, which has a log of its own.</summary>
    private static Reply RefuseContent(SmtpSession session, Transaction transaction, string line)
    {
        session.CleanupLog.Info($"{transaction.QueueId}: reject: content {line} from {session.Client.NameAndAddress};{session.Access.Circumstances()}: {DisallowedCharacter}");
        var reply = new Reply($"550 {DisallowedCharacter}");
        session.Transcript?.NoteRefusal(reply);
        return reply;
    }

    /// <summary>The finished message; null if a table that it needs cannot be asked.</summary>
    private static async ValueTask<IncomingMessage?> BuildAsync(SmtpSession session, Transaction transaction)
    {
        var isOwnClient = await session.IsLocalHeaderClientAsync();
        if (!await session.Policy.Senders.TryApplyAsync(transaction, session.Content, isOwnClient, session.CleanupLog, session.Interrupted)) return null;
        var addsMissing = session.Policy.Headers.AlwaysAddMissing || isOwnClient;
        var saysPriority = session.Content.Head.Has(FlowRules.PriorityHeader) && await session.MaySetPriorityAsync();
        return Build(session, transaction, addsMissing, saysPriority);
    }

    private static IncomingMessage Build(SmtpSession session, Transaction transaction, bool addsMissing, bool saysPriority)
    {
        var content = session.Content;
        var date = session.Services.ArrivalDate.Format(transaction.Arrived);
        Span<byte> trace = stackalloc byte[TraceHeader.MaxLength];
        var traceLength = TraceHeader.Write(trace, session.Policy, transaction, session.Client, date);
        var (added, madeId) = addsMissing ? MissingHeaders.For(content.Head.Seen, session.Policy, transaction, date) : ([], "");
        if (madeId.Length > 0) session.CleanupLog.Info($"{transaction.QueueId}: message-id=<{madeId}>");
        else if (content.Header(HeaderPolicy.MessageId) is { IsEmpty: false } id) session.CleanupLog.Info($"{transaction.QueueId}: message-id={id}");
        else session.CleanupLog.Info($"{transaction.QueueId}: message-id=<>");
        var actions = session.Access.Actions;
        var finished = content.Complete(actions.Before(trace[..traceLength]), added);
        var envelope = new MessageEnvelope
        {
            Id = transaction.MessageId,
            QueueId = transaction.QueueId,
            Arrived = transaction.Arrived,
            Sender = transaction.Sender,
            Size = finished.Length,
            Is8Bit = transaction.Parameters.Body == BodyType.EightBitMime || EightBitContent.IsDeclared(finished),
            IsSmtpUtf8 = transaction.Parameters.SmtpUtf8,
            Ret = transaction.Parameters.Ret,
            Envid = transaction.Parameters.Envid,
            Verp = transaction.Parameters.Verp ?? "",
            IsHeld = actions.IsHeld,
            Filter = actions.Redirect is null ? actions.Filter ?? "" : "",
            ClientName = session.Forwarded?.Name ?? session.Client.Name,
            ClientAddress = session.Forwarded?.Address ?? session.Client.AddressText,
            HeloName = session.Forwarded?.HeloName ?? transaction.HeloName,
            Protocol = session.Forwarded?.Protocol ?? transaction.Protocol,
            SaslLogin = transaction.Sasl?.Login ?? "",
            Flow = session.Policy.Flows.FlowOf(session.Client, transaction, content),
            Priority = session.Policy.Flows.PriorityOf(content, saysPriority),
        };
        return new IncomingMessage(envelope, session.Policy.Duplicates.Without(actions.Recipients(transaction.Recipients)), finished);
    }
}
