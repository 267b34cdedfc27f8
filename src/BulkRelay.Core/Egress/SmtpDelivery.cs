using BulkRelay.Core.Dns;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// One delivery request: over the kept session if there is one, then over the hosts of the nexthop and of the fallback relays, in
/// order, until no recipient is left that another host might take.
/// </summary>
internal sealed class SmtpDelivery(SmtpTransport transport, DeliveryRequest request, Task closing, CancellationToken cancel)
{
    private readonly RecipientLedger _ledger = new(request.Entry);
    private readonly SessionOpener _opener = new(transport, request, closing, cancel);
    private readonly SmtpClientOptions _options = transport.Options;
    private readonly TimeProvider _time = transport.Services.Time;
    private long _setupBegan;
    private TimeSpan _setup;
    private TimeSpan? _transmission;
    private int _uses;
    private int _sessions;
    private int _sentAgain;
    private SmtpPeer? _tried;

    /// <summary>Completes when the last connection that was given up is closed: there is to be no other one before.</summary>
    public Task Closing => _opener.Closing;

    /// <summary>The session that is left and may be kept for the next delivery; null if there is none.</summary>
    public SmtpSession? Session { get; private set; }

    private string QueueId => request.Entry.Message.QueueId;

    /// <summary>Delivers. Throws only if it was cancelled before anything was certain.</summary>
    public async Task<DeliveryOutcome> RunAsync(SmtpSession? kept)
    {
        var began = _time.GetUtcNow();
        _setupBegan = _time.GetTimestamp();
        await using var registration = cancel.UnsafeRegister(static state => ((SessionOpener)state!).Abort(), _opener);
        try
        {
            if (kept is not null && !await _opener.IsForThisMailAsync(kept))
            {
                End(kept);
                kept = null;
            }
            if (kept is not null && await TransactAsync(kept, mayKeep: true)) _tried = kept.Peer;
            if (kept is not null) await SendAgainAsync(kept.Peer, kept.Identity!.Nexthop, isBestMx: false, mayKeep: true);
            if (_ledger.Left > 0) await TryNexthopsAsync();
        }
        catch
        {
            _opener.Abandon();
            throw;
        }
        if (cancel.IsCancellationRequested && _ledger.Left > 0) CutShort();
        var outcome = _ledger.Close();
        // The last host's reason stands in the recipients' own lines, unless an earlier one was kept.
        foreach (var reason in _ledger.TakeReasons())
            if (!outcome.Recipients.Any(r => r.Reason == reason)) LogReason(reason);
        return outcome with
        {
            Began = began,
            ConnectionSetup = _transmission is null ? _time.GetElapsedTime(_setupBegan) : _setup,
            Transmission = _transmission ?? TimeSpan.Zero,
            ConnectionUses = _uses,
            SentAgain = _sentAgain,
        };
    }

    /// <summary>
    /// What is certain of some recipients (a host may have the message) must be recorded, although the others were not done with.
    /// </summary>
    private void CutShort()
    {
        if (_ledger.Left == request.Entry.Recipients.Count) cancel.ThrowIfCancellationRequested();
        _ledger.NoSession(new Trouble(new EnhancedStatus(4, 3, 2), "delivery was cut short: the relay is stopping"));
    }

    private async Task TryNexthopsAsync()
    {
        var own = request.Entry.Destination.Host.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        string[] sites = [.. own, .. _options.FallbackRelays];
        for (var i = 0; i < sites.Length && _ledger.Left > 0 && !cancel.IsCancellationRequested; i++)
        {
            var hosts = await FindHostsAsync(sites[i]);
            if (hosts.Hosts.Count > 0)
            {
                await TryHostsAsync(hosts.Hosts, sites[i], isFallback: i > 0);
                continue;
            }
            // A relay of our own that is not found is a fault of the configuration: not a reason to return mail.
            var isConfigured = i >= own.Length || own[0].Equals(_options.Relayhost, StringComparison.OrdinalIgnoreCase);
            var status = isConfigured && hosts.Status.IsPermanent ? new EnhancedStatus(4, 3, 5) : hosts.Status;
            _ledger.NoHost(new Trouble(status, hosts.Reason) { IsSite = true });
            // Mail that loops would loop by way of the fallback relay as well.
            if (hosts.Status is { Subject: 4, Detail: 6 }) return;
        }
    }

    private async Task<MailHosts> FindHostsAsync(string site)
    {
        var nexthop = Nexthop.TryParse(site, _options.DefaultPort, out var fault);
        if (nexthop is null) return MailHosts.None(new EnhancedStatus(4, 3, 5), fault!);
        try
        {
            return await transport.Services.FindHosts(nexthop, transport.Config, transport.Services.Own.For(nexthop.Port), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return MailHosts.None(new EnhancedStatus(4, 4, 3), "look-up cut short");
        }
    }

    private async Task TryHostsAsync(IReadOnlyList<MailHost> hosts, string nexthop, bool isFallback)
    {
        _sessions = 0;
        var shares = !isFallback && await _opener.SharesAsync(nexthop);
        foreach (var host in hosts)
        {
            if (_ledger.Left == 0 || IsSessionLimit() || cancel.IsCancellationRequested) return;
            var peer = new SmtpPeer(host);
            if (peer.Endpoint.Equals(_tried?.Endpoint))
            {
                _sessions++;
                continue;
            }
            var isBest = host.Preference == hosts[0].Preference;
            if (shares && isBest && await TransactSharedAsync(peer, nexthop)) continue;
            var session = await OpenAsync(peer, nexthop, isBest);
            if (session is null) continue;
            if (shares && isBest) session.Share(peer, session.Identity!, session.Identity!.Shared());
            _sessions++;
            await TransactAsync(session, mayKeep: isBest && !isFallback);
            await SendAgainAsync(peer, nexthop, isBest, mayKeep: isBest && !isFallback);
        }
    }

    /// <summary>Sends over the idle session of another destination. False if there is none that lives: nothing was sent then.</summary>
    private async Task<bool> TransactSharedAsync(SmtpPeer peer, string nexthop)
    {
        if (Session is { } earlier) End(earlier);
        if (await _opener.TakeSharedAsync(peer, nexthop) is not { } session || !await TransactAsync(session, mayKeep: true)) return false;
        _sessions++;
        await SendAgainAsync(peer, nexthop, isBestMx: true, mayKeep: true);
        return true;
    }

    /// <summary>
    /// What is in doubt after a transaction goes once more to the same host, if the operator wants that and it was not sent too often.
    /// </summary>
    private async Task SendAgainAsync(SmtpPeer peer, string nexthop, bool isBestMx, bool mayKeep)
    {
        if (!_options.SendsAgainInDoubt || request.Entry.Recipients.Any(r => r.InDoubt >= _options.InDoubtRetries)) return;
        if (_sentAgain > 0 || (_sentAgain = _ledger.ReopenDoubtful()) == 0) return;
        transport.Log.Info($"{QueueId}: in doubt whether {peer.NameAddressAndPort} has the message: sending it again to the same host");
        if (!cancel.IsCancellationRequested && await OpenAsync(peer, nexthop, isBestMx) is { } session)
            await TransactAsync(session, mayKeep);
        _ledger.CloseDoubt();
    }

    private bool IsSessionLimit() => _options.SessionLimit > 0 && _sessions >= _options.SessionLimit;

    private async Task<SmtpSession?> OpenAsync(SmtpPeer peer, string nexthop, bool isBestMx)
    {
        if (Session is { } earlier) End(earlier);
        var result = await _opener.OpenAsync(peer, nexthop, isBestMx);
        if (result.Trouble is not { } trouble) return result.Session;
        if (result.HasTalked)
        {
            BeginHost();
            _ledger.RefuseOpen(trouble);
        }
        else
        {
            LogReasons();
            _ledger.NoSession(trouble);
        }
        return null;
    }

    /// <summary>
    /// Sends the message over a session, and keeps the session if it is still good and goes to a host that is tried first. False if a kept
    /// session was dead, and nothing was sent.
    /// </summary>
    private async Task<bool> TransactAsync(SmtpSession session, bool mayKeep)
    {
        var open = BeginHost();
        _opener.Watch(session.Connection);
        _uses = session.Uses;
        _setup = session.Uses > 0 ? TimeSpan.Zero : _time.GetElapsedTime(_setupBegan);
        var transactionBegan = _time.GetTimestamp();
        var wasUsed = await TransactAsync(session, open);
        _transmission = _time.GetElapsedTime(transactionBegan);
        _opener.Watch(null);
        if (session.IsSpent || !mayKeep) End(session);
        else Session = session;
        return wasUsed;
    }

    private async Task<bool> TransactAsync(SmtpSession session, int[] open)
    {
        if (MailNeeds.CheckSize(session, request.Content) is { } tooLarge) _ledger.RefuseOpen(tooLarge);
        else if (MailNeeds.CheckCharacters(session, request, _options.Sends8BitAnyway) is { } unfit) _ledger.PassOver(unfit);
        else
        {
            var transaction = new SmtpTransaction(session, request, _ledger, open, _options);
            var wasUsed = await transaction.RunAsync();
            if (transaction.HasBrokenLine)
                transport.Log.Info($"{QueueId}: breaking line > {_options.LineLengthLimit} bytes with <CR><LF>SPACE");
            if (transaction.Replaced > 0)
                transport.Log.Warning($"{QueueId}: content was not canonical: {transaction.Replaced} octets replaced by blanks");
            return wasUsed;
        }
        _ledger.HasCompletedSession = true;
        return true;
    }

    /// <summary>Ends a session: an agent never has two connections at once.</summary>
    private void End(SmtpSession session)
    {
        Session = null;
        _opener.End(session);
    }

    private int[] BeginHost()
    {
        LogReasons();
        return _ledger.BeginHost();
    }

    private void LogReasons()
    {
        foreach (var reason in _ledger.TakeReasons()) LogReason(reason);
    }

    private void LogReason(string reason) => transport.Log.Info($"{QueueId}: {reason}");
}
