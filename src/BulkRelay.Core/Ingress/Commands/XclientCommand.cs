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

    public static ValueTask<CommandOutcome> RunAsync(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        var claimed = new ClaimedClient(session);
        var refusal = XforwardCommand.Refuse(session, "XCLIENT", argument, session.MayXclient)
            ?? ProxyAttributes.Read("XCLIENT", argument, claimed.Apply);
        return refusal is null ? BecomeAsync(session, claimed) : ValueTask.FromResult<CommandOutcome>(refusal);
    }

    private static async ValueTask<CommandOutcome> BecomeAsync(SmtpSession session, ClaimedClient claimed) =>
        await session.BecomeAsync(claimed);
}
