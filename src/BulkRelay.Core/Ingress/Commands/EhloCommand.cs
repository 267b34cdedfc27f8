using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>EHLO (RFC 5321 section 4.1.1.1): begins a session and offers the extensions.</summary>
internal static class EhloCommand
{
    private static readonly Reply SyntaxError = new("501 Syntax: EHLO hostname");

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument) => argument.IsEmpty
        ? ValueTask.FromResult<CommandOutcome>(SyntaxError)
        : HeloCommand.GreetAsync(session, HeloCommand.NameOf(argument), "ESMTP", Offer);

    private static async ValueTask<Reply> Offer(SmtpSession session)
    {
        var greetings = session.Greetings;
        if (session.Policy.Sasl is not null) await session.PrepareAuthOfferAsync();
        if (greetings.Discarded.Length > 0) session.Log.Info($"discarding EHLO keywords: {greetings.Discarded}");
        return greetings.Ehlo(session);
    }
}
