using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress.Sasl.OAuth;
using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// Signs the sessions of one service in (RFC 4954). What it promises: a login goes only to a server for which the tables have it, by a
/// mechanism that the configuration allows on this connection; what the server said before TLS does not count; a failure leaves the session
/// unfit for mail, and defers it unless <c>smtp_sasl_auth_soft_bounce</c> says otherwise; no secret is in a reason or a log.
/// </summary>
internal sealed class SaslClient
{
    /// <summary>Postfix counts it to the EHLO handshake.</summary>
    private const string Stage = "performing the EHLO handshake";

    private readonly SaslClientParameters _parameters;
    private readonly ConfigSnapshot _config;
    private readonly SaslState _state;
    private readonly SaslLogins _logins;
    private readonly SaslPolicy _policy;
    private readonly OAuthTable _tokens;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _renewalMargin;

    private SaslClient(SaslClientParameters parameters, ConfigSnapshot config, LookupTableSet tables, SaslState state, ServiceLog log)
    {
        _parameters = parameters;
        _config = config;
        _state = state;
        _logins = new SaslLogins(parameters, config, tables);
        _policy = new SaslPolicy(parameters, config, tables);
        _tokens = new OAuthTable(parameters, config, tables, state.Tokens, log);
        _timeout = config.Get(SmtpParameters.HeloTimeout);
        _renewalMargin = config.Get(parameters.TokenRenewalMargin);
    }

    /// <summary>The client of a service; null if it signs in nowhere. Faults go to the tables.</summary>
    public static SaslClient? Create(SaslClientParameters parameters, ConfigSnapshot config, LookupTableSet tables, SaslState state, ServiceLog log)
    {
        if (!config.Get(parameters.AuthEnable)) return null;
        SaslCheck.Run(parameters, config, tables);
        return new SaslClient(parameters, config, tables, state, log);
    }

    /// <summary>The login for mail of a sender to a server.</summary>
    /// <param name="sender">The envelope sender.</param>
    /// <param name="host">The server's name.</param>
    /// <param name="nexthop">The nexthop as the configuration has it.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public ValueTask<SaslLookup> FindLoginAsync(string sender, string host, string nexthop, CancellationToken cancel) =>
        _logins.FindAsync(sender, host, nexthop, cancel);

    /// <summary>Signs a fresh session in, past EHLO and STARTTLS, if its identity has a login.</summary>
    public async Task<SaslOutcome> SignInAsync(SmtpSession session, CancellationToken cancel)
    {
        var peer = session.Peer;
        var found = session.Identity!.Login;
        if (found.Failure is { } failure) return Cannot(peer, "4.3.0", failure);
        if (found.Login is not { } login) return SaslOutcome.Ready;
        if (!session.Server.Offers(SmtpExtensions.Auth))
            return found.IsOfServer && _config.Get(_parameters.AuthRequired)
                ? Cannot(peer, "4.7.0", $"it offers no AUTH for this type of connection security, and {_parameters.AuthRequired.Name} is set") : SaslOutcome.Ready;
        var tokens = await _tokens.FindAsync(login.User, cancel);
        if (tokens.Failure is { } tokenFailure) return Cannot(peer, "4.3.0", tokenFailure);
        var choice = await _policy.ChooseAsync(peer.NameAndAddress, session.Server.AuthMechanisms, tokens.Source is not null, session.Protection, cancel);
        if (choice.Mechanism is not { } mechanism) return new SaslOutcome(Fail(peer, "4.7.0", choice.Fault), false);
        return tokens.Source is { } source
            ? await WithTokenAsync(session, login, mechanism, source, cancel)
            : await WithPasswordAsync(session, login, mechanism);
    }

    private async Task<SaslOutcome> WithPasswordAsync(SmtpSession session, SaslLogin login, SaslMechanism mechanism)
    {
        var remembers = _config.Get(_parameters.AuthCacheName).Length > 0;
        var peer = session.Peer;
        if (remembers && _state.Failures.Find(peer.Name, login, _config.Get(_parameters.AuthCacheTime)) is { } earlier)
            return new SaslOutcome(Refused(peer, earlier.Status, $"SASL [CACHED] authentication failed; server {peer.Name} said: {earlier.Text}", earlier.Text), false);
        var (result, broken) = await RunAsync(session, login, login.Password, mechanism);
        if (broken is not null) return new SaslOutcome(broken, false);
        if (result.Reply is { Code: 535 } refusal && remembers) _state.Failures.Add(peer.Name, login, new SaslRefusal(refusal.Status, result.Text));
        return new SaslOutcome(TroubleOf(session, mechanism, result), false);
    }

    private async Task<SaslOutcome> WithTokenAsync(SmtpSession session, SaslLogin login, SaslMechanism mechanism, OAuthTokenSource source, CancellationToken cancel)
    {
        var grant = await source.GetAsync(_renewalMargin, cancel);
        if (grant.Token is not { } token) return Cannot(session.Peer, "4.7.0", grant.Failure!);
        var (result, broken) = await RunAsync(session, login, token.Value, mechanism);
        if (broken is not null) return new SaslOutcome(broken, false);
        if (TroubleOf(session, mechanism, result) is not { } trouble)
        {
            token.WasAccepted = true;
            return SaslOutcome.Ready;
        }
        // A token may end before its time: it was withdrawn, or the clocks differ.
        if (result.Reply is not { Class: 5 }) return new SaslOutcome(trouble, false);
        var next = await source.ReplaceAsync(token, cancel);
        // Whatever stands between the relay and a good token is not the mail's fault: it is never returned for that.
        trouble = trouble with { Status = trouble.Status.WithClass(4), Reason = next.Failure is { } failure ? $"{trouble.Reason}; {failure}" : trouble.Reason };
        return new SaslOutcome(trouble, TryAgain: next.Token is not null);
    }

    /// <summary>Runs the exchange. The connection may break; what that means is returned.</summary>
    private async Task<(SaslResult Result, Trouble? Broken)> RunAsync(SmtpSession session, SaslLogin login, string secret, SaslMechanism mechanism)
    {
        var peer = session.Peer;
        var exchange = mechanism.Begin(new SaslCredentials(login.User, secret, peer.Name, peer.Endpoint.Port, session.Connection.Tls));
        if (exchange is null) return (new SaslResult(null, $"user or password have characters that {mechanism.Name} cannot carry (RFC 4013)"), null);
        try
        {
            return (await new SaslDialogue(session.Connection, _timeout).RunAsync(mechanism.Name, exchange, secret), null);
        }
        catch (ConnectionFaultException e)
        {
            session.Abandon();
            return (default, Trouble.Broken(peer, e.Fault, Stage));
        }
    }

    /// <summary>What the end of an exchange means. Null if the session is signed in, which it then knows.</summary>
    private Trouble? TroubleOf(SmtpSession session, SaslMechanism mechanism, SaslResult result)
    {
        if (result.IsSuccess)
        {
            session.IsSignedIn = true;
            return null;
        }
        var peer = session.Peer;
        return result.Reply is { } reply
            ? Refused(peer, reply.Status, $"SASL authentication failed; server {peer.NameAndAddress} said: {result.Text}", result.Text)
            : Cannot(peer, "4.7.0", $"{mechanism.Name}: {result.Text}").Trouble;
    }

    private Trouble Refused(SmtpPeer peer, EnhancedStatus status, string reason, string text) =>
        new(status.IsPermanent && _config.Get(_parameters.AuthSoftBounce) ? status.WithClass(4) : status, reason)
        {
            IsSite = true,
            DiagnosticCode = "smtp; " + text,
            RemoteMta = peer.Name,
            Relay = peer.NameAddressAndPort,
        };

    /// <summary>How reasons begin that are this side's own.</summary>
    public static string CannotAuthenticate(string server) => $"SASL authentication failed; cannot authenticate to server {server}";

    private static SaslOutcome Cannot(SmtpPeer peer, string status, string why) =>
        new(Fail(peer, status, $"{CannotAuthenticate(peer.NameAndAddress)}: {why}"), false);

    private static Trouble Fail(SmtpPeer peer, string status, string reason) => Trouble.Local(peer, status, reason) with { IsSite = true };
}
