using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>RCPT (RFC 5321 section 4.1.1.3): adds a recipient, if the restrictions let it pass.</summary>
internal static class RcptCommand
{
    private static readonly Reply NeedMail = new("503 5.5.1 Error: need MAIL command");
    private static readonly Reply AfterBdat = new("503 5.5.1 Error: RCPT after BDAT");
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: RCPT TO:<address>");
    private static readonly Reply BadAddress = new("501 5.1.3 Bad recipient address syntax");
    private static readonly Reply NeedsSmtpUtf8 = new("553 5.6.7 Must declare SMTPUTF8 to send unicode address");
    private static readonly Reply TooMany = new("452 4.5.3 Error: too many recipients");
    private static readonly Reply Ok = new("250 2.1.5 Ok");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        var outcome = Read(session, argument, out var address, out var parameters);
        return outcome is { } decided ? ValueTask.FromResult(decided) : CheckAsync(session, session.Transaction!, address, parameters);
    }

    private static CommandOutcome? Read(
        SmtpSession session, ReadOnlySpan<byte> argument, out EmailAddress address, out RcptParameters parameters)
    {
        address = default;
        parameters = default;
        if (session.Transaction is not { } transaction) return NeedMail;
        if (transaction.Chunks is not null || session.HasFailedChunk) return AfterBdat;
        if (!PathArgument.TryParse(argument, "TO:"u8, out var path)) return SyntaxError;
        if (session.Gate?.CountRecipient() is { } tooMuch) return tooMuch;
        var isUtf8 = transaction.Parameters.SmtpUtf8;
        var reader = new CommandPath("RCPT", MayBeNull: false, isUtf8, session.Policy.StrictEnvelopes);
        if (!reader.TryParse(session, path.Path, out address)) return BadAddress;
        if (RcptParameters.Parse(path.Parameters, session.Understood, out parameters) is { } refusal) return refusal;
        if (session.Policy.StrictSmtpUtf8 && !isUtf8 && !address.IsAscii) return NeedsSmtpUtf8;
        if (transaction.Recipients.Count < session.Policy.RecipientLimit) return null;
        // RFC 5321 section 4.5.3.1.10 wants 452, after which a good client sends the rest in another transaction.
        return new CommandOutcome(TooMany, IsError: transaction.Overshoot++ >= session.Policy.RecipientOvershootLimit);
    }

    private static async ValueTask<CommandOutcome> CheckAsync(
        SmtpSession session, Transaction transaction, EmailAddress address, RcptParameters parameters)
    {
        if (await session.RefuseRecipientAsync("RCPT", address) is { } refusal) return refusal;
        var (access, recipient) = (session.Access, session.Policy.Complete(address));
        if (access.RecipientCount++ == 0) (access.Recipient, access.RecipientAsGiven) = (recipient, address);
        if (transaction.MessageId == 0) session.OpenMessage(transaction);
        transaction.Recipients.Add(new IncomingRecipient(recipient.Text, parameters.Orcpt, parameters.Notify));
        return Ok;
    }
}
