using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>VRFY (RFC 5321 section 3.5): says 252 to what RCPT would take, and never whether a mailbox is there.</summary>
internal static class VrfyCommand
{
    private static readonly Reply Disabled = new("502 5.5.1 VRFY command is disabled");
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: VRFY address");
    private static readonly Reply SyntaxErrorWithUtf8 = new("501 5.5.4 Syntax: VRFY address [SMTPUTF8]");
    private static readonly Reply BadAddress = new("501 5.1.3 Bad recipient address syntax");
    private static readonly Reply NeedsSmtpUtf8 = new("553 5.6.7 Must declare SMTPUTF8 to send unicode address");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        var refusal = Read(session, ref argument, out var address);
        return refusal is not null ? ValueTask.FromResult<CommandOutcome>(refusal) : CheckAsync(session, address, Encoding.UTF8.GetString(argument));
    }

    private static Reply? Read(SmtpSession session, ref ReadOnlySpan<byte> argument, out EmailAddress address)
    {
        address = default;
        if (!session.Greetings.OffersVrfy) return Disabled;
        var isUtf8 = session.Understood.HasFlag(SmtpExtensions.SmtpUtf8) && TryTakeKeyword(ref argument, "SMTPUTF8"u8);
        if (argument.IsEmpty) return session.Policy.SmtpUtf8Enable ? SyntaxErrorWithUtf8 : SyntaxError;
        if (session.Gate?.CountRecipient() is { } tooMuch) return tooMuch;
        if (!new CommandPath("VRFY", MayBeNull: false, isUtf8, IsStrict: false).TryParse(session, argument, out address)) return BadAddress;
        return session.Policy.StrictSmtpUtf8 && !isUtf8 && !address.IsAscii ? NeedsSmtpUtf8 : null;
    }

    /// <summary>Takes the keyword from the end, if it is a word of its own.</summary>
    private static bool TryTakeKeyword(ref ReadOnlySpan<byte> argument, ReadOnlySpan<byte> keyword)
    {
        var start = argument.Length - keyword.Length;
        if (start < 0 || !Ascii.EqualsIgnoreCase(argument[start..], keyword) || start > 0 && argument[start - 1] is not ((byte)' ' or (byte)'\t'))
            return false;
        argument = argument[..start].TrimEnd(" \t"u8);
        return true;
    }

    private static async ValueTask<CommandOutcome> CheckAsync(SmtpSession session, EmailAddress address, string asGiven) =>
        await session.RefuseRecipientAsync("VRFY", address) ?? new Reply($"252 2.0.0 {asGiven}");
}
