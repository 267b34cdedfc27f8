using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Dovecot knows the users (<c>smtpd_sasl_path</c> is the socket of its auth service): each exchange is passed on to it, over a connection
/// of its own.
/// </summary>
internal sealed class DovecotSasl(AuthSocket socket, string service, Action<string> warn) : ISaslBackend
{
    /// <summary>
    /// What is offered as long as Dovecot never told what it has: a client that finds nothing to sign in with gives up for good, and one
    /// that is told 454 comes back.
    /// </summary>
    private static readonly IReadOnlyList<SaslMechanism> Assumed =
        [new("PLAIN", SaslSecurity.NoAnonymous), new("LOGIN", SaslSecurity.NoAnonymous)];

    private volatile IReadOnlyList<SaslMechanism> _mechanisms = Assumed;
    private long _lastAsked = long.MinValue;

    public static ISaslBackend? Make(SaslSetup setup)
    {
        var parameter = SaslServerParameters.Path.Name;
        if (AuthSocket.Parse(setup.Path, setup.QueueDirectory) is { } socket)
            return setup.Asks("Dovecot", socket, parameter) ? new DovecotSasl(socket, setup.Service, setup.Tables.Warn) : null;
        setup.Error(parameter, $"'{setup.Path}' is no socket: use a path, such as private/auth, or inet:host:port");
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SaslMechanism>> MechanismsAsync(SaslContext context, CancellationToken cancel)
    {
        var now = context.SignIns.Time.GetTimestamp();
        var last = Interlocked.Read(ref _lastAsked);
        var isFresh = last != long.MinValue && context.SignIns.Time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(10);
        if (isFresh || Interlocked.CompareExchange(ref _lastAsked, now, last) != last) return _mechanisms;
        await using var link = new DovecotLink(socket, context);
        if (await link.OpenAsync(cancel) is { } trouble) warn($"SASL: {trouble}");
        else _mechanisms = link.Mechanisms;
        return _mechanisms;
    }

    /// <inheritdoc/>
    public ISaslExchange Begin(SaslMechanism mechanism, SaslContext context) =>
        new DovecotExchange(new DovecotLink(socket, context), mechanism, service, context);
}
