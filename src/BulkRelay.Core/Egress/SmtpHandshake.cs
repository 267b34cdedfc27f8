using BulkRelay.Core.Configuration;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// From a fresh connection to a session: greeting, EHLO or HELO, STARTTLS (RFC 5321 section 3.1 and 3.2, RFC 3207). After STARTTLS
/// nothing that the server said before counts.
/// </summary>
internal sealed class SmtpHandshake(SmtpClientOptions options, SmtpPeer peer, SmtpConnection connection, TlsSecurityLevel level)
{
    private string _stage = "receiving the initial server greeting";

    /// <summary>Opens the session. The connection is closed unless the result holds a session.</summary>
    /// <param name="openedAt">The timestamp when the connection was begun.</param>
    /// <param name="nexthop">The destination, for the reason when it turns out to be this relay.</param>
    /// <param name="isBestMx">True if the host is of the best preference.</param>
    public async Task<HandshakeResult> RunAsync(long openedAt, string nexthop, bool isBestMx)
    {
        try
        {
            var greeting = await connection.ReadReplyAsync(options.HeloTimeout);
            if (greeting.Class != 2) return Fail(RefusedGreeting(greeting));
            var (server, refused) = await SayHelloAsync(IsEsmtp(greeting));
            if (server is null) return Fail(refused!);
            if (IsMyself(server)) return Fail(LoopsBack(nexthop, isBestMx));
            if (level != TlsSecurityLevel.None && server.Offers(SmtpExtensions.StartTls)) return await StartTlsAsync(server, openedAt);
            if (level == TlsSecurityLevel.Encrypt)
                return Fail(NotOffered());
            return Opened(server, openedAt);
        }
        catch (ConnectionFaultException e)
        {
            connection.Dispose();
            return new HandshakeResult(null, Trouble.Broken(peer, e.Fault, _stage));
        }
    }

    private async Task<HandshakeResult> StartTlsAsync(EhloResponse inClear, long openedAt)
    {
        try
        {
            _stage = "receiving the STARTTLS response";
            var reply = await CommandAsync(options.StartTlsTimeout, "STARTTLS");
            if (reply.Class != 2) return StartTlsRefused(reply, inClear, openedAt);
            await connection.StartTlsAsync(peer.Name, options.StartTlsTimeout);
            // With TLS 1.3 a server may only now say that it does not like the handshake.
            var (server, refused) = await SayHelloAsync(isEsmtp: true);
            return server is null ? Fail(refused!) : Opened(server, openedAt);
        }
        catch (ConnectionFaultException e)
        {
            connection.Dispose();
            return new HandshakeResult(null, Trouble.Broken(peer, e.Fault, _stage)) { TryInClear = level == TlsSecurityLevel.May };
        }
    }

    private HandshakeResult StartTlsRefused(ReceivedReply reply, EhloResponse inClear, long openedAt)
    {
        if (level == TlsSecurityLevel.May && reply.Code != 421) return Opened(inClear, openedAt);
        // Whatever the code, it is the level that stands in the way, and the operator may change it: never a reason to return mail.
        var trouble = Trouble.FromReply(peer, reply, $"TLS is required, but host {peer.NameAndAddress} refused to start TLS: {reply.Text}");
        trouble = trouble with { Status = trouble.Status.WithClass(4), IsSite = true };
        return Fail(trouble) with { TryInClear = level == TlsSecurityLevel.May };
    }

    /// <summary>EHLO, and HELO if that is refused.</summary>
    private async Task<(EhloResponse? Server, Trouble? Refused)> SayHelloAsync(bool isEsmtp)
    {
        if (isEsmtp)
        {
            _stage = "performing the EHLO handshake";
            var reply = await CommandAsync(options.HeloTimeout, "EHLO ", options.HeloName);
            if (reply.Class == 2) return (EhloResponse.FromEhlo(reply, options.DiscardKeywords), null);
            if (reply.Code == 421) return (null, Trouble.Refused(peer, reply));
        }
        _stage = "performing the HELO handshake";
        var helo = await CommandAsync(options.HeloTimeout, "HELO ", options.HeloName);
        return helo.Class == 2 ? (EhloResponse.FromHelo(helo), null) : (null, Trouble.Refused(peer, helo));
    }

    private async Task<ReceivedReply> CommandAsync(TimeSpan timeout, params string[] parts)
    {
        if (connection.HasUnreadReply) throw new ConnectionFaultException(ConnectionFault.Protocol, "a reply to nothing");
        CommandWriter.Write(connection.Output, parts);
        await connection.FlushAsync(timeout);
        return await connection.ReadReplyAsync(timeout);
    }

    private bool IsEsmtp(ReceivedReply greeting) => !options.NeverSendEhlo
        && (options.AlwaysSendEhlo || greeting.Text.Split(' ').Contains("ESMTP", StringComparer.OrdinalIgnoreCase));

    private Trouble RefusedGreeting(ReceivedReply greeting)
    {
        var refused = Trouble.Refused(peer, greeting);
        return greeting.Class == 5 && options.Skip5xxGreeting ? refused with { Status = refused.Status.WithClass(4) } : refused;
    }

    /// <summary>A last resort where DNS or tables are wrong. On other ports than 25 the same name may well be another service.</summary>
    private bool IsMyself(EhloResponse server) =>
        peer.Endpoint.Port == 25 && server.Domain.Equals(options.MyHostname, StringComparison.OrdinalIgnoreCase);

    private Trouble NotOffered() =>
        Trouble.Local(peer, "4.7.4", $"TLS is required, but was not offered by host {peer.NameAndAddress}") with { IsSite = true };

    private Trouble LoopsBack(string nexthop, bool isBestMx) =>
        Trouble.Local(peer, isBestMx ? "5.4.6" : "4.4.6", $"mail for {nexthop} loops back to myself") with { IsSite = true };

    private HandshakeResult Opened(EhloResponse server, long openedAt) => new(new SmtpSession(peer, connection, server, openedAt), null);

    private HandshakeResult Fail(Trouble trouble) =>
        new(null, trouble) { Closing = new SmtpSession(peer, connection, EhloResponse.Unknown, 0).QuitAsync(options) };
}
