using BulkRelay.Core.Configuration;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// From a fresh connection to a session, step by step: greeting, EHLO or HELO, STARTTLS (RFC 5321 section 3.1 and 3.2, RFC 3207). After
/// STARTTLS nothing that the server said before counts. With <c>smtp_tls_wrappermode</c> TLS is the first step.
/// </summary>
/// <param name="transport">The service.</param>
/// <param name="peer">The server.</param>
/// <param name="connection">The connection to it, just made.</param>
/// <param name="identity">As whom and to whom the session is.</param>
/// <param name="inClear">True to do without TLS, because it has failed where it need not be.</param>
internal sealed class SmtpHandshake(SmtpTransport transport, SmtpPeer peer, SmtpConnection connection, SessionIdentity identity, bool inClear)
{
    private const int SmtpsPort = 465;

    /// <summary>A server with TLS at this port waits for the client. One that speaks first needs no longer than this (delayed greetings).</summary>
    private static readonly TimeSpan MaxWaitAtSmtpsPort = TimeSpan.FromSeconds(10);

    private readonly SmtpClientOptions _options = transport.Options;
    private readonly TlsPolicy _policy = inClear ? TlsPolicy.None : identity.Tls;
    private EhloResponse _server = EhloResponse.Unknown;
    private TlsLink? _link;
    private string _stage = "receiving the initial server greeting";
    private bool _isEsmtp;
    private bool _awaitsGreetingAtSmtpsPort;
    private bool _isTlsUnderWay;
    private bool _tryInClear;

    /// <summary>Opens the session. The connection is closed unless the result holds a session.</summary>
    /// <param name="openedAt">The timestamp when the connection was begun.</param>
    /// <param name="isBestMx">True if the host is of the best preference.</param>
    public async Task<HandshakeResult> RunAsync(long openedAt, bool isBestMx)
    {
        try
        {
            var trouble = transport.Tls.IsWrapper ? await EncryptAsync() : null;
            trouble ??= await ReceiveGreetingAsync();
            trouble ??= await SayHelloAsync();
            trouble ??= LoopsBack(isBestMx);
            trouble ??= await StartTlsAsync();
            if (trouble is not null) return Fail(trouble) with { TryInClear = _tryInClear };
            return new HandshakeResult(new SmtpSession(peer, connection, _server, identity, openedAt) { Link = _link }, null);
        }
        catch (ConnectionFaultException e)
        {
            connection.Dispose();
            var trouble = Describe(e);
            if (!_isTlsUnderWay || _policy.IsMandatory) return new HandshakeResult(null, trouble);
            // As long as mail may go in clear this says little about the site: throttling it would keep the mail from getting there.
            return new HandshakeResult(null, trouble with { IsSite = false }) { TryInClear = true };
        }
    }

    private async Task<Trouble?> ReceiveGreetingAsync()
    {
        _stage = "receiving the initial server greeting";
        _awaitsGreetingAtSmtpsPort = peer.Endpoint.Port == SmtpsPort && !transport.Tls.IsWrapper;
        if (_awaitsGreetingAtSmtpsPort) transport.Log.Info($"{transport.Tls.WrapperAdvice}");
        var isLimited = _awaitsGreetingAtSmtpsPort && _options.HeloTimeout > MaxWaitAtSmtpsPort;
        var greeting = await connection.ReadReplyAsync(isLimited ? MaxWaitAtSmtpsPort : _options.HeloTimeout);
        _awaitsGreetingAtSmtpsPort = false;
        _isEsmtp = IsEsmtp(greeting);
        return greeting.Class == 2 ? null : RefusedGreeting(greeting);
    }

    /// <summary>EHLO, and HELO if that is refused.</summary>
    private async Task<Trouble?> SayHelloAsync()
    {
        if (_isEsmtp)
        {
            _stage = "performing the EHLO handshake";
            var reply = await CommandAsync(_options.HeloTimeout, "EHLO ", _options.HeloName);
            if (reply.Class == 2)
            {
                _server = EhloResponse.FromEhlo(reply, _options.DiscardKeywords);
                return null;
            }
            if (reply.Code == 421) return Trouble.Refused(peer, reply);
        }
        _stage = "performing the HELO handshake";
        var helo = await CommandAsync(_options.HeloTimeout, "HELO ", _options.HeloName);
        if (helo.Class != 2) return Trouble.Refused(peer, helo);
        _server = EhloResponse.FromHelo(helo);
        return null;
    }

    private async Task<Trouble?> StartTlsAsync()
    {
        if (connection.IsEncrypted) return null;
        var isOffered = _server.Offers(SmtpExtensions.StartTls);
        if (_policy.Level == TlsSecurityLevel.None)
        {
            if (isOffered && transport.Tls.NotesOffers) transport.Log.Info($"Host offered STARTTLS: [{peer.Name}]");
            return null;
        }
        if (!isOffered) return _policy.IsMandatory ? NotOffered() : null;
        _stage = "receiving the STARTTLS response";
        _isTlsUnderWay = true;
        var reply = await CommandAsync(_options.StartTlsTimeout, "STARTTLS");
        if (reply.Class != 2) return RefusedStartTls(reply);
        _server = EhloResponse.Unknown;
        _isEsmtp = true;
        // With TLS 1.3 a server may only at its first words say that it does not like the handshake.
        return await EncryptAsync() ?? await SayHelloAsync();
    }

    private async Task<Trouble?> EncryptAsync()
    {
        _isTlsUnderWay = true;
        _link = await transport.Tls.StartAsync(connection, peer, identity.Domain, _policy, _options.StartTlsTimeout);
        return _link.IsAcceptable ? null : Trouble.Local(peer, "4.7.5", "Server certificate not verified") with { IsSite = true };
    }

    private Trouble Describe(ConnectionFaultException e)
    {
        var trouble = Trouble.Broken(peer, e.Fault, _stage);
        var cause = _awaitsGreetingAtSmtpsPort ? transport.Tls.WrapperAdvice : e.Cause;
        return cause is null ? trouble : trouble with { Reason = $"{trouble.Reason}: {cause}" };
    }

    private Trouble? RefusedStartTls(ReceivedReply reply)
    {
        _isTlsUnderWay = false;
        if (!_policy.IsMandatory && reply.Code != 421) return null;
        _tryInClear = !_policy.IsMandatory;
        // Whatever the code, it is the level that stands in the way, and the operator may change it: never a reason to return mail.
        var trouble = Trouble.FromReply(peer, reply, $"TLS is required, but host {peer.NameAndAddress} refused to start TLS: {reply.Text}");
        return trouble with { Status = trouble.Status.WithClass(4), IsSite = true };
    }

    private async Task<ReceivedReply> CommandAsync(TimeSpan timeout, params string[] parts)
    {
        if (connection.HasUnreadReply) throw new ConnectionFaultException(ConnectionFault.Protocol, "a reply to nothing");
        CommandWriter.Write(connection.Output, parts);
        await connection.FlushAsync(timeout);
        return await connection.ReadReplyAsync(timeout);
    }

    private bool IsEsmtp(ReceivedReply greeting) => !_options.NeverSendEhlo
        && (_options.AlwaysSendEhlo || greeting.Text.Split(' ').Contains("ESMTP", StringComparer.OrdinalIgnoreCase));

    private Trouble RefusedGreeting(ReceivedReply greeting)
    {
        var refused = Trouble.Refused(peer, greeting);
        return greeting.Class == 5 && _options.Skip5xxGreeting ? refused with { Status = refused.Status.WithClass(4) } : refused;
    }

    /// <summary>A last resort where DNS or tables are wrong. On other ports than 25 the same name may well be another service.</summary>
    private Trouble? LoopsBack(bool isBestMx) =>
        peer.Endpoint.Port == 25 && _server.Domain.Equals(_options.MyHostname, StringComparison.OrdinalIgnoreCase)
            ? Trouble.Local(peer, isBestMx ? "5.4.6" : "4.4.6", $"mail for {identity.Nexthop} loops back to myself") with { IsSite = true }
            : null;

    private Trouble NotOffered() =>
        Trouble.Local(peer, "4.7.4", $"TLS is required, but was not offered by host {peer.NameAndAddress}") with { IsSite = true };

    private HandshakeResult Fail(Trouble trouble) =>
        new(null, trouble) { Closing = new SmtpSession(peer, connection, EhloResponse.Unknown, null, 0).QuitAsync(_options) };
}
