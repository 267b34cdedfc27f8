using System.Security.Authentication;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>Makes policies of levels and attributes, with the parameters of one client service for what the attributes leave open.</summary>
internal sealed class TlsPolicyCompiler(ConfigSnapshot config, TlsClientParameters names)
{
    /// <summary>Unlike Postfix this relay keeps connections with TLS as those without, unless it was told not to.</summary>
    private bool ReusesConnections => config.Space.FindExplicit(names.ConnectionReuse.Name) is null || config.Get(names.ConnectionReuse);

    /// <summary>The policy of an entry; or what is wrong with it.</summary>
    public (TlsPolicy? Policy, string? Fault) Compile(TlsPolicyEntry entry)
    {
        if (entry.Level == TlsSecurityLevel.None) return (TlsPolicy.None, null);
        var wrongs = new List<string>();
        var protocols = ProtocolList.Parse(entry.Protocols ?? config.Get(IsMandatory(entry) ? names.MandatoryProtocols : names.Protocols), wrongs,
            IsMandatory(entry) ? ProtocolList.Modern : ProtocolList.Opportunistic);
        // What an attribute demands and cannot have is a fault; of a parameter it was said at the start.
        if (entry.Protocols is null) wrongs.Clear();
        if (protocols == SslProtocols.None) wrongs.Add($"no protocol is left of {names.Protocols.Name} or {names.MandatoryProtocols.Name}, or the attribute \"protocols\"");
        var faults = new List<ConfigFault>();
        var ciphers = (Ciphers(entry) with { MustBeWhole = !IsMandatory(entry) }).ToPolicy(config, faults);
        wrongs.AddRange(faults.Where(f => f.Severity == FaultSeverity.Error).Select(f => f.Message));
        var match = Match(entry);
        if (match.Count == 0 && entry.Level >= TlsSecurityLevel.Fingerprint)
            wrongs.Add($"level {TlsSecurityLevels.NameOf(entry.Level)} has nothing to match: set the attribute \"match\"");
        var anchors = entry.Level < TlsSecurityLevel.Verify ? null : TrustAnchors.Load(AnchorFiles(entry), wrongs);
        if (wrongs.Count > 0) return (null, string.Join("; ", wrongs));
        return (new TlsPolicy(entry.Level)
        {
            Protocols = protocols,
            Ciphers = ciphers,
            Match = match,
            Anchors = anchors,
            ServerName = entry.ServerName ?? config.Get(names.ServerName),
            ReusesConnections = entry.ReusesConnections ?? ReusesConnections,
        }, null);
    }

    private IReadOnlyList<string> AnchorFiles(TlsPolicyEntry entry) =>
        entry.TrustAnchorFiles is { } own ? [.. own.Select(config.PathOf)] : config.Get(names.TrustAnchorFile);

    /// <summary>What is wrong with the parameters themselves.</summary>
    /// <param name="fault">Why there is no general policy, or null.</param>
    /// <param name="isOnly">True if no table could give another policy.</param>
    public IEnumerable<ConfigFault> Check(string? fault, bool isOnly)
    {
        var faults = new List<ConfigFault>();
        foreach (var (parameter, spoken) in new[] { (names.Protocols, ProtocolList.Opportunistic), (names.MandatoryProtocols, ProtocolList.Modern) })
        {
            var warnings = new List<string>();
            ProtocolList.Parse(config.Get(parameter), warnings, spoken);
            faults.AddRange(warnings.Select(w => Warn(parameter, w)));
        }
        Demand(names.Ciphers, config.Get(names.Ciphers), [names.ExcludeCiphers]).ToPolicy(config, faults);
        Demand(names.MandatoryCiphers, config.Get(names.MandatoryCiphers), [names.ExcludeCiphers, names.MandatoryExcludeCiphers]).ToPolicy(config, faults);
        if (!Fingerprint.Digests.ContainsKey(config.Get(names.FingerprintDigest)))
            faults.Add(Warn(names.FingerprintDigest, $"unknown digest: use one of {string.Join(", ", Fingerprint.Digests.Keys)}") with { Severity = FaultSeverity.Error });
        if (config.Get(names.FingerprintMatch).Select(FaultOfFingerprint).FirstOrDefault(f => f is not null) is { } other) faults.Add(Warn(names.FingerprintMatch, other));
        if (fault is not null) faults.Add(Warn(names.SecurityLevel, $"mail is deferred{(isOnly ? "" : " unless a policy says otherwise")}: {fault}"));
        return faults;
    }

    /// <summary>What is wrong with the fingerprints of a policy, of which some never match; null for nothing.</summary>
    public string? FaultOfMatch(TlsPolicy policy) =>
        policy.Level == TlsSecurityLevel.Fingerprint ? policy.Match.Select(FaultOfFingerprint).FirstOrDefault(f => f is not null) : null;

    private string? FaultOfFingerprint(string fingerprint) => FingerprintLists.Fault(fingerprint, names.FingerprintDigest, config.Get(names.FingerprintDigest));

    private static bool IsMandatory(TlsPolicyEntry entry) => entry.Level >= TlsSecurityLevel.Encrypt;

    /// <summary>The attribute <c>exclude</c> stands for both parameters.</summary>
    private CipherDemand Ciphers(TlsPolicyEntry entry)
    {
        var grade = IsMandatory(entry) ? names.MandatoryCiphers : names.Ciphers;
        var value = entry.Ciphers ?? config.Get(grade);
        if (entry.ExcludeCiphers is { } own) return new CipherDemand(grade.Name, value, [(names.PolicyMaps.Name, own)]);
        return Demand(grade, value, IsMandatory(entry) ? [names.ExcludeCiphers, names.MandatoryExcludeCiphers] : [names.ExcludeCiphers]);
    }

    private CipherDemand Demand(Parameter<string> grade, string value, Parameter<string>[] exclusions) =>
        new(grade.Name, value, [.. exclusions.Select(e => (e.Name, config.Get(e)))]);

    private IReadOnlyList<string> Match(TlsPolicyEntry entry) => entry.Match ?? entry.Level switch
    {
        TlsSecurityLevel.Fingerprint => config.Get(names.FingerprintMatch),
        TlsSecurityLevel.Verify => config.Get(names.VerifyMatch),
        TlsSecurityLevel.Secure => config.Get(names.SecureMatch),
        _ => [],
    };

    private static ConfigFault Warn(Parameter parameter, string message) => new(FaultSeverity.Warning, "main.cf", 0, parameter.Name, message);
}
