using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Opens sessions for the mail of one delivery request, one after the other: finds out as whom, connects, shakes hands, signs in. There is
/// never more than one connection: a new one begins when the last one is closed.
/// </summary>
internal sealed class SessionOpener(SmtpTransport transport, DeliveryRequest request, Task closing, CancellationToken cancel)
{
    private readonly SmtpClientOptions _options = transport.Options;
    private readonly TimeProvider _time = transport.Services.Time;
    private SmtpConnection? _watched;

    /// <summary>Completes when the last connection that was given up is closed.</summary>
    public Task Closing { get; private set; } = closing;

    private string Sender => request.Entry.Message.Sender;

    /// <summary>
    /// Whether a kept session is the one that would be made for this mail: tables may have changed, and senders may have logins of their
    /// own. If that cannot be found out it is not.
    /// </summary>
    public async Task<bool> IsForThisMailAsync(SmtpSession kept)
    {
        var (wanted, _) = await FindIdentityAsync(kept.Identity!.Nexthop, kept.Peer);
        if (kept.Identity != wanted) return false;
        if (kept.Link is { } link) transport.Tls.NoteReuse(kept.Peer, link);
        return true;
    }

    /// <summary>
    /// An idle session of another destination that is as good as a new one would be; null if there is none. It counts for this destination
    /// from now on, so the last connection has to be closed before.
    /// </summary>
    public async Task<SmtpSession?> TakeSharedAsync(SmtpPeer peer, string nexthop)
    {
        var (identity, _) = await FindIdentityAsync(nexthop, peer);
        if (identity is null) return null;
        var shared = identity.Shared();
        while (await IsClosedAsync() && transport.Idle.Take(shared) is { } session)
        {
            if (session.Connection.HasInput) session.Abandon();
            else if (session.IsUsedUp(_options, _time)) End(session);
            else
            {
                session.Share(peer, identity, shared);
                if (session.Link is { } link) transport.Tls.NoteReuse(peer, link);
                return session;
            }
        }
        return null;
    }

    /// <summary>Whether the nexthop shares its sessions. If that cannot be found out it does not.</summary>
    public async ValueTask<bool> SharesAsync(string nexthop)
    {
        if (transport.Sharing.IsEmpty || Nexthop.TryParse(nexthop, _options.DefaultPort, out _) is not { } parsed) return false;
        try
        {
            var match = await transport.Sharing.MatchAsync(parsed.Name, cancel);
            if (match.Failure is { } failure)
                transport.Log.Warning($"{SmtpParameters.ConnectionCacheDestinations.Name}: lookup of {parsed.Name}: {failure}");
            return match.IsMatch;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Opens a session with a server, or says why there is none.</summary>
    /// <param name="peer">The server.</param>
    /// <param name="nexthop">The destination as it is written.</param>
    /// <param name="isBestMx">True if the server is of the best preference.</param>
    public async Task<OpeningResult> OpenAsync(SmtpPeer peer, string nexthop, bool isBestMx)
    {
        var (identity, fault) = await FindIdentityAsync(nexthop, peer);
        if (identity is null)
        {
            transport.Log.Warning($"TLS policy lookup for {nexthop}/{peer.Name}: client TLS configuration problem: {fault!}");
            return new OpeningResult(null, new Trouble(new EnhancedStatus(4, 7, 5), $"client TLS configuration problem: {fault}"), HasTalked: false);
        }
        var (inClear, hasNewToken) = (false, false);
        while (true)
        {
            var openedAt = _time.GetTimestamp();
            var (connection, unreachable) = await ConnectAsync(peer);
            if (connection is null) return new OpeningResult(null, unreachable, HasTalked: false);
            var result = await new SmtpHandshake(transport, peer, connection, identity, inClear).RunAsync(openedAt, isBestMx);
            _watched = null;
            if (result.Closing is { } closing) Closing = closing;
            var signIn = result.Session is { } session ? await SignInAsync(session) : SaslOutcome.Ready;
            if (result.Session is not null && signIn.Trouble is null) return new OpeningResult(result.Session, null, HasTalked: true);
            if (result.Session is { } refused) End(refused);
            if (signIn.TryAgain && !hasNewToken && !cancel.IsCancellationRequested) hasNewToken = true;
            else if (result.TryInClear && MayGoInClear(identity) && !cancel.IsCancellationRequested)
            {
                transport.Log.Info($"{request.Entry.Message.QueueId}: {result.Trouble!.Reason}: trying {peer.NameAddressAndPort} without TLS");
                inClear = true;
            }
            else return new OpeningResult(null, signIn.Trouble ?? result.Trouble!, HasTalked: true);
        }
    }

    /// <summary>Ends a session.</summary>
    public void End(SmtpSession session) => Closing = session.QuitAsync(_options);

    /// <summary>Makes the connection the one that a hard stop closes; null when nothing waits for one.</summary>
    public void Watch(SmtpConnection? connection)
    {
        _watched = connection;
        if (cancel.IsCancellationRequested) connection?.Abort();
    }

    /// <summary>Closes the connection under whatever waits for it.</summary>
    public void Abort() => _watched?.Abort();

    /// <summary>Lets go of a connection that was in use when something went wrong.</summary>
    public void Abandon() => _watched?.Dispose();

    /// <summary>A stop is no exception here: what is certain of other recipients has to be recorded.</summary>
    private async ValueTask<(SessionIdentity? Identity, string? Fault)> FindIdentityAsync(string nexthop, SmtpPeer peer)
    {
        try
        {
            return await SessionIdentity.FindAsync(transport, nexthop, peer, Sender, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (null, "look-up cut short: the relay is stopping");
        }
    }

    private async Task<SaslOutcome> SignInAsync(SmtpSession session)
    {
        if (transport.Sasl is not { } sasl) return SaslOutcome.Ready;
        Watch(session.Connection);
        SaslOutcome outcome;
        try
        {
            outcome = await sasl.SignInAsync(session, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            session.Abandon();
            outcome = new SaslOutcome(Trouble.Local(session.Peer, "4.3.2", "sign-in cut short: the relay is stopping"), TryAgain: false);
        }
        _watched = null;
        return outcome;
    }

    /// <summary>
    /// As in Postfix: a handshake that failed may have been a passing fault, so only mail that has waited already goes without TLS; and not
    /// where there is a login, for without it the server would have the mail returned.
    /// </summary>
    private bool MayGoInClear(SessionIdentity identity) =>
        identity.Login == SaslLookup.None && _time.GetUtcNow() - request.Entry.Message.Arrived >= _options.MinimalBackoffTime;

    /// <summary>A connection, or why there is none. Neither if the relay is stopping.</summary>
    private async Task<(SmtpConnection? Connection, Trouble? Trouble)> ConnectAsync(SmtpPeer peer)
    {
        if (!await IsClosedAsync()) return (null, null);
        SocketError error;
        try
        {
            var socket = new Socket(peer.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var connection = new SmtpConnection(socket, _time);
            Watch(connection);
            Bind(socket);
            error = await connection.ConnectAsync(peer.Endpoint, _options.ConnectTimeout);
            if (error == SocketError.Success) return (connection, null);
            connection.Dispose();
        }
        catch (SocketException e)
        {
            // No socket at all: the machine is out of them, or has no such protocol.
            error = e.SocketErrorCode;
        }
        var why = error == SocketError.TimedOut ? "Connection timed out" : new SocketException((int)error).Message;
        var reason = $"connect to {peer.NameAddressAndPort}: {why}";
        transport.Log.Info($"{reason}");
        return (null, new Trouble(new EnhancedStatus(4, 4, 1), reason) { IsSite = true });
    }

    /// <summary>Waits until the last connection is closed. False if the relay is stopping.</summary>
    private async ValueTask<bool> IsClosedAsync()
    {
        if (!Closing.IsCompleted) await Closing.WaitAsync(cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancel.IsCancellationRequested;
    }

    private void Bind(Socket socket)
    {
        var address = socket.AddressFamily == AddressFamily.InterNetwork ? _options.BindAddress : _options.BindAddress6;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return;
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
        }
        catch (SocketException e)
        {
            transport.Log.Warning($"bind {address.ToString()}: {e.Message}");
        }
    }
}
