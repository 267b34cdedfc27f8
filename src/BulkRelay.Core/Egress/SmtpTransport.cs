using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Delivery by SMTP (RFC 5321), for services with the command <c>smtp</c>. The nexthop names where to: a domain (its MX hosts), or a host
/// or address in brackets, each with an optional port; several, separated by commas or blanks, are tried in order, and
/// <c>smtp_fallback_relay</c> after them.
/// <para>
/// What an agent promises: each recipient gets one outcome. <c>Delivered</c> only upon a complete positive reply to the final dot.
/// <c>InDoubt</c> if the final dot had left and that reply did not come back; such a recipient is not tried on another host. A 5xx reply is
/// <c>Failed</c> at once; everything else moves on to the next host and is <c>Deferred</c> after the last. Every wait is
/// bounded, and nothing that a server sends is taken for more than it is.
/// </para>
/// In code order: <see cref="SmtpAgent"/> (keeps a session) → <see cref="SmtpDelivery"/> (hosts) → <see cref="SessionOpener"/> (connects, as
/// the <see cref="SessionIdentity"/> says) → <see cref="SmtpHandshake"/> (greeting, <see cref="TlsClient"/>) → <see cref="SaslClient"/> →
/// <see cref="SmtpTransaction"/> (sends the mail), all over <see cref="SmtpConnection"/> (bytes), with the results in
/// <see cref="RecipientLedger"/>.
/// </summary>
public sealed class SmtpTransport(string name, ConfigSnapshot config, ServiceLog log, EgressServices services, LookupTableSet tables) : ITransport
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    internal ConfigSnapshot Config { get; } = config;

    internal ServiceLog Log { get; } = log;

    internal EgressServices Services { get; } = services;

    internal SmtpClientOptions Options { get; } = new(config);

    /// <summary>How sessions are signed in; null if they are not.</summary>
    internal SaslClient? Sasl { get; } = SaslClient.Create(SaslClientParameters.Smtp, config, tables, services.Sasl, log);

    internal TlsClient Tls { get; } = new(config, TlsClientParameters.Smtp, tables, log);

    /// <summary>The destinations that share their sessions (<c>smtp_connection_cache_destinations</c>).</summary>
    internal StringMatchList Sharing { get; } = StringMatchList.Parse(SmtpParameters.ConnectionCacheDestinations.Name,
        config.Get(SmtpParameters.ConnectionCacheDestinations), tables);

    /// <summary>The idle sessions that they share.</summary>
    internal IdleSessions Idle { get; } = new();

    /// <inheritdoc/>
    public IDeliveryAgent CreateAgent(DestinationKey destination) => new SmtpAgent(this);
}
