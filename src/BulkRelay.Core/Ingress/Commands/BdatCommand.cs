using System.Globalization;
using System.Text;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>
/// BDAT (RFC 3030): takes a chunk of the message. Exactly the announced octets are read, whatever the reply will be: what follows
/// them is the next command.
/// </summary>
internal static class BdatCommand
{
    private static readonly Reply NotImplemented = new("521 5.5.1 Error: command not implemented");
    private static readonly Reply SyntaxError = new("521 5.5.4 Syntax: BDAT count [LAST]");
    private static readonly Reply NeedRcpt = new("503 5.5.1 Error: need RCPT command");
    private static readonly Reply NoRecipients = new("554 5.5.1 Error: no valid recipients");
    private static readonly Reply NullChunk = new("551 5.7.1 Null BDAT request");
    private static readonly Reply ChunkTooBig = new("552 5.3.4 Chunk exceeds message size limit");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (!session.Greetings.Extensions.HasFlag(SmtpExtensions.Chunking))
            return ValueTask.FromResult<CommandOutcome>(NotImplemented);
        if (TryParse(argument, out var count, out var isLast)) return ReceiveAsync(session, count, isLast);
        session.Log.Warning($"{Name(session)}: malformed BDAT command syntax from {session.Client.NameAndAddress}: {Line(argument)}");
        return ValueTask.FromResult<CommandOutcome>(SyntaxError);
    }

    private static bool TryParse(ReadOnlySpan<byte> argument, out long count, out bool isLast)
    {
        var blank = argument.IndexOfAny((byte)' ', (byte)'\t');
        var digits = blank < 0 ? argument : argument[..blank];
        isLast = blank >= 0;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count)
            && (!isLast || Ascii.EqualsIgnoreCase(argument[blank..].TrimStart(" \t"u8), "LAST"u8));
    }

    private static async ValueTask<CommandOutcome> ReceiveAsync(SmtpSession session, long count, bool isLast)
    {
        var refusal = await PrepareAsync(session, count, isLast);
        if (refusal is not null)
        {
            session.HasFailedChunk = true;
            if (!await ReadAsync(session, count, scanner: null)) return CommandOutcome.Interrupted;
            if (isLast) session.ResetTransaction();
            return refusal;
        }
        var transaction = session.Transaction!;
        var scanner = transaction.Chunks!;
        if (!await ReadAsync(session, count, scanner)) return CommandOutcome.Interrupted;
        if (!isLast) return new Reply($"250 2.0.0 Ok: {count} bytes");
        scanner.Finish(session.Content);
        var size = session.Content.Size;
        return await EndOfMessage.FinishAsync(
            session, transaction, scanner, t => new Reply($"250 2.0.0 Ok: {size} bytes queued as {t.QueueId}"));
    }

    private static string Line(ReadOnlySpan<byte> argument) => $"BDAT {Encoding.UTF8.GetString(argument)}".TrimEnd();

    /// <summary>The message's name in the log.</summary>
    private static string Name(SmtpSession session) => session.Access.QueueId.Length > 0 ? session.Access.QueueId : "NOQUEUE";

    /// <summary>The reply that refuses the chunk, or null if the session is ready to take it.</summary>
    private static async ValueTask<Reply?> PrepareAsync(SmtpSession session, long count, bool isLast)
    {
        // A chunk of nothing gets the sender nowhere and us to work.
        if (count == 0 && !isLast)
        {
            session.Log.Warning($"{Name(session)}: null BDAT request from {session.Client.NameAndAddress}");
            return NullChunk;
        }
        if (session.HasFailedChunk) return new Reply($"551 5.0.0 Discarded {count} bytes after earlier error");
        if (session.Transaction is not { } transaction) return NeedRcpt;
        if (transaction.Recipients.Count == 0) return NoRecipients;
        if (count > session.Policy.LargestMessage - (transaction.Chunks is null ? 0 : session.Content.Size))
        {
            session.Log.Warning($"{Name(session)}: BDAT request from {session.Client.NameAndAddress} exceeds message size limit");
            return ChunkTooBig;
        }
        return transaction.Chunks is null ? await BeginAsync(session, transaction) : null;
    }

    private static async ValueTask<Reply?> BeginAsync(SmtpSession session, Transaction transaction)
    {
        var verdict = await session.Policy.Access.CheckDataAsync(session.Access, session.Interrupted);
        if (verdict.Refusal is not null) return session.Refuse("BDAT", verdict);
        if (!session.TryBeginContent(transaction)) return session.Refuse("BDAT", Verdict.Refuse(EndOfMessage.OutOfMemory));
        transaction.Chunks = new DataScanner(session.BareNewline, isStuffed: false);
        return null;
    }

    /// <summary>Reads the chunk, into the message or (without a scanner) into nothing. False if it does not come whole.</summary>
    private static async ValueTask<bool> ReadAsync(SmtpSession session, long count, DataScanner? scanner)
    {
        var input = session.Link.Input;
        while (count > 0)
        {
            if (input.IsEmpty && !await session.Link.FillAsync(isIdle: false))
            {
                session.Where = $"BDAT ({session.Content.Size} bytes)";
                return false;
            }
            var take = (int)Math.Min(count, input.Unread.Length);
            scanner?.Scan(input.Unread[..take], session.Content);
            input.Advance(take);
            count -= take;
        }
        return true;
    }
}
