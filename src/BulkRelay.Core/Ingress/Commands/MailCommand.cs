using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>MAIL (RFC 5321 section 4.1.1.2): begins a transaction.</summary>
internal static class MailCommand
{
    private static readonly Reply HeloFirst = new("503 5.5.1 Error: send HELO/EHLO first");
    private static readonly Reply Nested = new("503 5.5.1 Error: nested MAIL command");
    private static readonly Reply AfterBdat = new("503 5.5.1 Error: MAIL after BDAT");
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: MAIL FROM:<address>");
    private static readonly Reply BadAddress = new("501 5.1.7 Bad sender address syntax");
    private static readonly Reply NeedsSmtpUtf8 = new("553 5.6.7 Must declare SMTPUTF8 to send unicode address");
    private static readonly Reply TooBig = new("552 5.3.4 Message size exceeds fixed limit");
    private static readonly Reply VerpNeedsSender = new("503 5.5.4 Error: XVERP requires non-null sender");
    private static readonly Reply Ok = new("250 2.1.0 Ok");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument) =>
        Read(session, argument, out var sender, out var parameters) is { } refusal ? ValueTask.FromResult<CommandOutcome>(refusal)
        : session.Policy.Access.DelaysReject ? ValueTask.FromResult<CommandOutcome>(Begin(session, sender, parameters))
        : CheckAsync(session, sender, parameters);

    /// <summary>Reads the command. Null, or the reply that refuses it.</summary>
    private static Reply? Read(SmtpSession session, ReadOnlySpan<byte> argument, out EmailAddress sender, out MailParameters parameters)
    {
        sender = default;
        parameters = default;
        if (session.LacksHelo) return HeloFirst;
        if (session.Transaction is not null) return Nested;
        if (session.HasFailedChunk) return AfterBdat;
        if (!PathArgument.TryParse(argument, "FROM:"u8, out var path)) return SyntaxError;
        if (session.Gate?.CountMessage() is { } tooMuch) return tooMuch;
        var isUtf8 = MailParameters.AskForSmtpUtf8(path.Parameters, session.Understood);
        var reader = new CommandPath("MAIL", MayBeNull: true, isUtf8, session.Policy.StrictEnvelopes);
        if (!reader.TryParse(session, path.Path, out sender)) return BadAddress;
        if (MailParameters.Parse(path.Parameters, session.Understood, out parameters) is { } refusal) return refusal;
        if (session.Policy.StrictSmtpUtf8 && !isUtf8 && !sender.IsAscii) return NeedsSmtpUtf8;
        return parameters.Verp is null ? null : CheckVerp(session, sender, ref parameters);
    }

    private static Reply Begin(SmtpSession session, EmailAddress sender, in MailParameters parameters)
    {
        session.BeginTransaction(sender, parameters);
        return CheckSize(session, parameters.Size) is { Refusal: not null } verdict ? Refuse(session, verdict) : Open(session);
    }

    /// <summary>Asks the restrictions on the sender now, where they do not wait for RCPT.</summary>
    private static async ValueTask<CommandOutcome> CheckAsync(SmtpSession session, EmailAddress sender, MailParameters parameters)
    {
        session.BeginTransaction(sender, parameters);
        var verdict = await session.Policy.Access.CheckSenderAsync(session.Access, session.Interrupted);
        if (verdict.Refusal is null) verdict = CheckSize(session, parameters.Size);
        return verdict.Refusal is not null ? Refuse(session, verdict) : Open(session);
    }

    private static Reply Open(SmtpSession session)
    {
        if (!session.Policy.DelaysOpen) session.OpenMessage(session.Transaction!);
        return Ok;
    }

    private static Reply Refuse(SmtpSession session, in Verdict verdict)
    {
        var (reply, forwarded) = (session.Refuse("MAIL", verdict), session.Forwarded);
        session.ResetTransaction();
        session.Forwarded = forwarded;
        return reply;
    }

    private static Verdict CheckSize(SmtpSession session, long size)
    {
        if (size > session.Policy.LargestMessage) return Verdict.Refuse(TooBig);
        if (session.Services.QueueSpace.Refuse(session.Policy.Snapshot, size) is not { } reason) return Verdict.Dunno;
        session.Log.Warning($"{reason}");
        return Verdict.Refuse(EndOfMessage.StoreFull);
    }

    /// <summary>Completes the delimiters of VERP. Null, or the reply that refuses them.</summary>
    private static Reply? CheckVerp(SmtpSession session, EmailAddress sender, ref MailParameters parameters)
    {
        var delimiters = VerpDelimiters.Complete(session.Policy.Snapshot, parameters.Verp!, out var fault);
        if (delimiters is null) return new Reply($"501 5.5.4 Error: XVERP {fault}");
        parameters = parameters with { Verp = delimiters };
        return sender.IsNull ? VerpNeedsSender : null;
    }
}
