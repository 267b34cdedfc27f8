using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>RSET (RFC 5321 section 4.1.1.5): ends the transaction.</summary>
internal static class RsetCommand
{
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: RSET");
    private static readonly Reply Ok = new("250 2.0.0 Ok");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty) return ValueTask.FromResult<CommandOutcome>(SyntaxError);
        session.ResetTransaction();
        return ValueTask.FromResult<CommandOutcome>(Ok);
    }
}
