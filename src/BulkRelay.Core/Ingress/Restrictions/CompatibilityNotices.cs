using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// Says in the log where a request was decided by a default that Postfix has changed since (COMPATIBILITY_README), in Postfix's words: who
/// raises <c>compatibility_level</c> sees before what that would change.
/// </summary>
internal sealed class CompatibilityNotices
{
    private const string Using = "using backwards-compatible default setting";

    /// <summary>What decides about relaying since level 1, without the refusal.</summary>
    private const string RelayRestrictionsOfToday = "permit_mynetworks, permit_sasl_authenticated, permit_auth_destination";

    private readonly RestrictionSetup _setup;
    private readonly bool _relayDomains;
    private readonly bool _relayBeforeRecipient;
    private readonly bool _smtpUtf8;
    private readonly bool _fingerprints;
    private readonly string _networksStyle;
    private readonly AddressMatchList? _ownHosts;

    public CompatibilityNotices(RestrictionSetup setup)
    {
        _setup = setup;
        var (snapshot, space) = (setup.Snapshot, setup.Snapshot.Space);
        _relayDomains = IsOld(RoutingParameters.RelayDomains);
        _relayBeforeRecipient = IsOld(SmtpdParameters.RelayBeforeRecipientRestrictions);
        _smtpUtf8 = IsOld(SmtpdParameters.SmtpUtf8Enable);
        _fingerprints = IsOld(SmtpdTlsParameters.FingerprintDigest);
        RelayRestrictions = IsOld(SmtpdParameters.RelayRestrictions);
        _networksStyle = snapshot.Get(RoutingParameters.MyNetworksStyle);
        if (!IsOld(RoutingParameters.MyNetworksStyle) || space.FindExplicit(RoutingParameters.MyNetworks.Name) is not null) return;
        var hosts = space.With(new Setting(RoutingParameters.MyNetworksStyle.Name, "host", ParameterSpace.DefaultFile, 0));
        _ownHosts = setup.Addresses(RoutingParameters.MyNetworks.Name, hosts.Expand(RoutingParameters.MyNetworks.Name, out _) ?? "");

        bool IsOld(Parameter parameter) => CompatibilityLevel.IsOldDefault(snapshot, parameter.Name);
    }

    /// <summary>True if <c>smtpd_relay_restrictions</c> are empty because that was their default.</summary>
    public bool RelayRestrictions { get; }

    /// <summary>The list of which <see cref="RelayAccessAsync"/> asks whether it permits. Nothing is wrong with it.</summary>
    public static RestrictionList ParseRelayRestrictionsOfToday(RestrictionSetup setup) =>
        new RestrictionParser(SmtpdParameters.RelayRestrictions.Name, setup.WithOwnFaults()).Parse(RelayRestrictionsOfToday);

    /// <summary>True if <c>mynetworks</c> are larger than today's default.</summary>
    public bool Networks => _ownHosts is not null;

    /// <summary>A client was permitted by <c>mynetworks</c>.</summary>
    public async ValueTask PermittedAsync(AccessRequest request, CancellationToken cancel)
    {
        if (_ownHosts is null || (await _ownHosts.MatchAsync(request.Client.Name, request.Client.Address, cancel)).IsMatch) return;
        request.Log.Info($"{Using} mynetworks_style={_networksStyle} to permit request from client \"{request.Client.NameAndAddress}\"");
    }

    /// <summary>A domain is one that anyone may send to, because it is in <c>relay_domains</c>.</summary>
    public void RelayDomain(AccessRequest request, string domain)
    {
        if (_relayDomains) request.Log.Info($"{Using} relay_domains=$mydestination to accept mail for domain \"{domain}\"");
    }

    /// <summary>A recipient was not found to be unknown.</summary>
    public async ValueTask ListedAsync(AccessRequest request, CancellationToken cancel)
    {
        if (!_relayDomains || request.Recipient is not { } recipient || recipient.Domain.IsEmpty) return;
        var domain = recipient.Domain.ToString();
        if ((await _setup.MyDestination.MatchAsync(domain, cancel)).IsMatch || !(await _setup.RelayDomains.MatchAsync(domain, cancel)).IsMatch) return;
        request.Log.Info($"{Using} relay_domains=$mydestination to accept mail for address \"{recipient.ToUnquoted()}\"");
    }

    /// <summary>A recipient is taken that only the relay restrictions of today would refuse.</summary>
    public static async ValueTask RelayAccessAsync(RestrictionList ofToday, AccessRequest request, CancellationToken cancel)
    {
        if (await ofToday.PermitsAsync(request, cancel)) return;
        request.Log.Info($"{Using} \"smtpd_relay_restrictions = (empty)\" to avoid \"Relay access denied\" error for recipient \"{request.RecipientAsGiven.Text}\" from client \"{request.Client.NameAndAddress}\"");
    }

    /// <summary>The first list about a recipient has refused it.</summary>
    public void RefusedFirst(AccessRequest request)
    {
        if (_relayBeforeRecipient)
            request.Log.Info($"{Using} smtpd_relay_before_recipient_restrictions=no to reject recipient \"{request.RecipientAsGiven.Text}\" from client \"{request.Client.NameAndAddress}\"");
    }

    /// <summary>An address is taken as sender or recipient.</summary>
    public void Address(AccessRequest request, string side, in EmailAddress address)
    {
        if (_smtpUtf8 && !address.IsAscii)
            request.Log.Info($"{Using} smtputf8_enable=no to accept non-ASCII {side} address \"{address.Text}\" from {request.Client.NameAndAddress}");
    }

    /// <summary>The fingerprint of a client's certificate or public key is looked up.</summary>
    public void FingerprintLookup(AccessRequest request, string what)
    {
        if (_fingerprints) request.Log.Info($"{Using} smtpd_tls_fingerprint_digest=md5 to compute {what} fingerprints");
    }
}
