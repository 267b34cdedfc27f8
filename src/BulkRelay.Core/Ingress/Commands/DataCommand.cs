using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>DATA (RFC 5321 section 4.1.1.4): takes the message.</summary>
internal static class DataCommand
{
    private static readonly Reply AfterBdat = new("503 5.5.1 Error: DATA after BDAT");
    private static readonly Reply NeedRcpt = new("503 5.5.1 Error: need RCPT command");
    private static readonly Reply NoRecipients = new("554 5.5.1 Error: no valid recipients");
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: DATA");
    private static readonly Reply GoAhead = new("354 End data with <CR><LF>.<CR><LF>");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (session.HasFailedChunk || session.Transaction?.Chunks is not null) return ValueTask.FromResult<CommandOutcome>(AfterBdat);
        if (session.Transaction is not { } transaction) return ValueTask.FromResult<CommandOutcome>(NeedRcpt);
        // A client that pipelines says DATA before it knows that no recipient was accepted: that is no fault of its own.
        if (transaction.Recipients.Count == 0) return ValueTask.FromResult<CommandOutcome>(NoRecipients);
        return argument.IsEmpty ? ReceiveAsync(session, transaction) : ValueTask.FromResult<CommandOutcome>(SyntaxError);
    }

    private static async ValueTask<CommandOutcome> ReceiveAsync(SmtpSession session, Transaction transaction)
    {
        var verdict = await session.Policy.Access.CheckDataAsync(session.Access, session.Interrupted);
        if (verdict.Refusal is not null) return session.Refuse("DATA", verdict);
        if (!session.TryBeginContent(transaction)) return session.Refuse("DATA", Verdict.Refuse(EndOfMessage.OutOfMemory));
        session.Link.Output.Add(GoAhead);
        var scanner = new DataScanner(session.BareNewline);
        var input = session.Link.Input;
        while (true)
        {
            input.Advance(scanner.Scan(input.Unread, session.Content));
            if (scanner.IsAtEnd) break;
            if (await session.Link.FillAsync(isIdle: false)) continue;
            session.Where = $"DATA ({session.Content.Size} bytes)";
            return CommandOutcome.Interrupted;
        }
        return await EndOfMessage.FinishAsync(session, transaction, scanner, static t => new Reply($"250 2.0.0 Ok: queued as {t.QueueId}"));
    }
}
