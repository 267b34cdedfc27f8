using BulkRelay.Core.Ingress.Proxying;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>
/// XCLIENT (Postfix: XCLIENT_README): the rest of the session is that of another client, with all that follows from it. The session
/// begins anew with the greeting; TLS stays.
/// </summary>
internal static class XclientCommand
{
    /// <summary>The line of EHLO.</summary>
    public const string Offer = "XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT";

    public static async ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (XforwardCommand.Refuse(session, "XCLIENT", argument.Span, session.MayXclient) is { } refusal) return refusal;
        var claimed = new ClaimedClient(session);
        if (ProxyAttributes.Read("XCLIENT", argument.Span, claimed.Apply) is { } fault) return fault;
        return await session.BecomeAsync(claimed);
    }
}
