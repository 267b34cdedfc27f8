using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>VRFY (RFC 5321 section 3.5): says 252 to what RCPT would take, and never whether a mailbox is there.</summary>
internal static class VrfyCommand
{
    private static readonly Reply Disabled = new("502 5.5.1 VRFY command is disabled");
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: VRFY address [SMTPUTF8]");
    private static readonly Reply BadAddress = new("501 5.1.3 Bad recipient address syntax");
    private static readonly Reply NeedsSmtpUtf8 = new("553 5.6.7 Must declare SMTPUTF8 to send unicode address");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        var refusal = Read(session, argument, out var address, out var hasBrackets);
        return refusal is not null ? ValueTask.FromResult<CommandOutcome>(refusal) : CheckAsync(session, address, hasBrackets);
    }

    private static Reply? Read(SmtpSession session, ReadOnlySpan<byte> argument, out EmailAddress address, out bool hasBrackets)
    {
        address = default;
        hasBrackets = argument is [(byte)'<', ..];
        if (!session.Greetings.OffersVrfy) return Disabled;
        var isUtf8 = argument.Length > 9 && Ascii.EqualsIgnoreCase(argument[^9..], " SMTPUTF8"u8);
        if (isUtf8) argument = argument[..^9].TrimEnd((byte)' ');
        if (argument.IsEmpty) return SyntaxError;
        if (argument is [(byte)'<', .. var inner, (byte)'>']) argument = inner;
        if (!EmailAddress.TryParse(argument, out address) || address.IsNull) return BadAddress;
        return isUtf8 || address.IsAscii ? null : NeedsSmtpUtf8;
    }

    private static async ValueTask<CommandOutcome> CheckAsync(SmtpSession session, EmailAddress address, bool hasBrackets) =>
        await session.RefuseRecipientAsync("VRFY", address)
            ?? new Reply(hasBrackets ? $"252 2.0.0 <{address.Text}>" : $"252 2.0.0 {address.Text}");
}
