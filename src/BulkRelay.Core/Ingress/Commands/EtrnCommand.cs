using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>
/// ETRN (RFC 1985): asks that the mail for a domain be delivered now. For domains in <c>fast_flush_domains</c>, if
/// <c>smtpd_etrn_restrictions</c> let it pass.
/// </summary>
internal static class EtrnCommand
{
    private static readonly Reply HeloFirst = new("503 Error: send HELO/EHLO first");
    private static readonly Reply SyntaxError = new("500 Syntax: ETRN domain");
    private static readonly Reply BadParameter = new("501 Error: invalid parameter syntax");
    private static readonly Reply InTransaction = new("503 Error: MAIL transaction in progress");
    private static readonly Reply Started = new("250 Queuing started");
    private static readonly Reply Unable = new("458 Unable to queue messages");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (session.LacksHelo) return ValueTask.FromResult<CommandOutcome>(HeloFirst);
        var text = Encoding.UTF8.GetString(argument);
        if (session.Transaction is not null) return ValueTask.FromResult<CommandOutcome>(InTransaction);
        if (text.Length == 0 || text.AsSpan().ContainsAny(' ', '\t')) return ValueTask.FromResult<CommandOutcome>(SyntaxError);
        // "@" asks for sub-domains as well, "#" for a queue; both mean the domain here, as in Postfix.
        var domain = text[0] is '@' or '#' ? text[1..] : text;
        return IsDomain(domain) ? CheckAsync(session, domain) : ValueTask.FromResult<CommandOutcome>(BadParameter);
    }

    private static bool IsDomain(string text) => Ascii.IsValid(text) && (DomainName.IsHostName(text) || DomainName.IsAddressLiteral(text));

    private static async ValueTask<CommandOutcome> CheckAsync(SmtpSession session, string domain)
    {
        session.Access.EtrnName = domain;
        var verdict = await session.Policy.Access.CheckEtrnAsync(session.Access, session.Interrupted);
        session.Access.EtrnName = "";
        if (verdict.Refusal is not null) return session.Refuse("ETRN", verdict);
        var match = await session.Policy.FlushDomains.MatchAsync(domain, session.Interrupted);
        if (match.Failure is { } failure) session.Log.Warning($"fast_flush_domains: {failure}");
        if (match.IsMatch) return session.Services.FlushDomain(domain) ? Started : Unable;
        session.Log.Warning($"reject: ETRN {domain}... from {session.Client.NameAndAddress}");
        return new Reply($"459 <{domain}>: service unavailable");
    }
}
