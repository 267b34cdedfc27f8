using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// What the tables say of TLS with a destination: <c>smtp_tls_policy_maps</c>, or the older <c>smtp_tls_per_site</c>. A table that cannot
/// answer, or answers what cannot be understood, is a fault: the mail waits, for it might be one that must not go out in clear.
/// </summary>
internal sealed class TlsPolicyTables(ConfigSnapshot config, TlsClientParameters names, LookupTableSet tables)
{
    private readonly LookupTableList _policies = new(names.PolicyMaps.Name, config.Get(names.PolicyMaps), tables);
    private readonly LookupTableList _sites = new(names.PerSite.Name, config.Get(names.PerSite), tables);

    /// <summary>True if there is nothing to ask.</summary>
    public bool AreEmpty => _policies.IsEmpty && _sites.IsEmpty;

    /// <summary>The policy text for a destination, null for the general policy; or what is wrong.</summary>
    /// <param name="destination">The nexthop as it is written.</param>
    /// <param name="host">The host's name, for the older tables.</param>
    /// <param name="general">The level that holds without tables.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public async ValueTask<(string? Text, string? Fault)> FindAsync(
        string destination, string host, TlsSecurityLevel general, CancellationToken cancel)
    {
        if (_policies.IsEmpty) return _sites.IsEmpty ? (null, null) : await FindSiteAsync(destination, host, general, cancel);
        var found = await FindPolicyAsync(destination, cancel);
        return found.IsFailure ? (null, Say(names.PolicyMaps, destination, found.Failure!)) : (found.Value, null);
    }

    /// <summary>How a fault of a policy reads.</summary>
    public string Say(string destination, string fault) => Say(names.PolicyMaps, destination, fault);

    /// <summary>The level that a word of the older tables means; null if it means none.</summary>
    public static TlsSecurityLevel? SiteLevel(string word) => word.ToUpperInvariant() switch
    {
        "NONE" => TlsSecurityLevel.None,
        "MAY" => TlsSecurityLevel.May,
        "MUST_NOPEERMATCH" => TlsSecurityLevel.Encrypt,
        "MUST" => TlsSecurityLevel.Verify,
        _ => null,
    };

    /// <summary>
    /// The destination, and for a plain domain its parents. <c>[host]</c> and <c>domain:port</c> are nobody's sub-domains: they are what
    /// somebody wrote into a transport table.
    /// </summary>
    private async ValueTask<LookupResult> FindPolicyAsync(string destination, CancellationToken cancel)
    {
        var found = await _policies.LookupAsync(destination, isPart: false, cancel);
        if (Uri.CheckHostName(destination) != UriHostNameType.Dns) return found;
        for (var dot = destination.IndexOf('.', 1); dot > 0 && !found.IsFound && !found.IsFailure; dot = destination.IndexOf('.', dot + 1))
            found = await _policies.LookupAsync(destination[dot..], isPart: false, cancel);
        return found;
    }

    /// <summary>
    /// The stronger of what the tables say of the nexthop and of the host, but NONE goes before MAY. MAY is a wild card: it does not weaken
    /// the general level.
    /// </summary>
    private async ValueTask<(string? Text, string? Fault)> FindSiteAsync(
        string destination, string host, TlsSecurityLevel general, CancellationToken cancel)
    {
        var level = TlsSecurityLevel.Unset;
        foreach (var name in new[] { destination, host }.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var found = await _sites.LookupAsync(name, isPart: false, cancel);
            if (found.IsFailure) return (null, Say(names.PerSite, name, found.Failure!));
            if (!found.IsFound) continue;
            if (SiteLevel(found.Value!) is not { } own) return (null, Say(names.PerSite, name, $"unknown TLS policy '{found.Value}'"));
            level = (level, own) is (TlsSecurityLevel.None, TlsSecurityLevel.May) or (TlsSecurityLevel.May, TlsSecurityLevel.None)
                ? TlsSecurityLevel.None : own > level ? own : level;
        }
        if (level == TlsSecurityLevel.May && general > level) level = general;
        return (level == TlsSecurityLevel.Unset ? null : TlsSecurityLevels.NameOf(level), null);
    }

    private static string Say(Parameter parameter, string destination, string fault) =>
        $"{parameter.Name}, next-hop destination \"{destination}\": {fault}";
}
