using BulkRelay.Core.Ingress.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>
/// STARTTLS (RFC 3207): makes the connection a TLS connection. What the client said before is forgotten, and what it sent in clear behind
/// the command is thrown away unread: anybody could have put it there (CVE-2011-0411).
/// </summary>
internal static class StartTlsCommand
{
    private static readonly Reply SyntaxError = new("501 5.5.4 Syntax: STARTTLS");
    private static readonly Reply AlreadyActive = new("554 5.5.1 Error: TLS already active");
    private static readonly Reply NotImplemented = new("502 5.5.1 Error: command not implemented");
    private static readonly Reply NotAvailable = new("454 4.7.0 TLS not available due to local problem");
    private static readonly Reply Ready = new("220 2.0.0 Ready to start TLS");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty) return ValueTask.FromResult<CommandOutcome>(SyntaxError);
        if (session.Access.Tls is not null) return ValueTask.FromResult<CommandOutcome>(AlreadyActive);
        if (!session.Greetings.Offers("STARTTLS")) return ValueTask.FromResult<CommandOutcome>(NotImplemented);
        if (session.Policy.Tls.Credentials?.Current() is not { } certificates) return ValueTask.FromResult<CommandOutcome>(NotAvailable);
        return session.Gate?.RefuseTls(isWrapper: false) is { } refusal
            ? ValueTask.FromResult<CommandOutcome>(refusal) : StartAsync(session, certificates);
    }

    private static async ValueTask<CommandOutcome> StartAsync(SmtpSession session, ServerCertificates certificates)
    {
        session.Link.Output.Add(Ready);
        if (!await new TlsHandshake(session).RunAsync(certificates)) return CommandOutcome.Interrupted;
        session.MustGreet = true;
        return new CommandOutcome(TlsHandshake.Refuse(session), IsError: false);
    }
}
