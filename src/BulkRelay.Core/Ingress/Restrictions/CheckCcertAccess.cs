using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress.Access;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>check_ccert_access type:table</c>, or <c>check_ccert_access { type:table, { search_order = cert_fingerprint, pubkey_fingerprint } }</c>:
/// decides by the fingerprints of the client's certificate and public key.
/// </summary>
internal sealed class CheckCcertAccess : IRestriction
{
    private sealed record Key(string What, Func<PeerCertificate, string> Of);

    private static readonly Dictionary<string, Key> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cert_fingerprint"] = new("certificate", peer => peer.CertificateFingerprint),
        ["pubkey_fingerprint"] = new("public key", peer => peer.PublicKeyFingerprint),
    };

    private readonly AccessTable _table;
    private readonly IReadOnlyList<Key> _order;
    private readonly CompatibilityNotices _notices;

    private CheckCcertAccess(AccessTable table, IReadOnlyList<Key> order, CompatibilityNotices notices)
    {
        _table = table;
        _order = order;
        _notices = notices;
    }

    /// <summary>Its row.</summary>
    public static readonly RestrictionKind Kind = new("check_ccert_access", Create, TakesArgument: true)
    {
        CheckArgument = argument =>
        {
            _ = Parse(argument, out _, out var fault);
            return fault;
        },
    };

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Tls?.Peer is not { } peer) return Verdict.Dunno;
        foreach (var key in _order)
        {
            var fingerprint = key.Of(peer);
            _notices.FingerprintLookup(request, key.What);
            if (await _table.FindAsync(request, fingerprint, new AccessTarget(fingerprint, AccessTarget.CertificateClass), cancel) is { } verdict) return verdict;
        }
        return Verdict.Dunno;
    }

    private static CheckCcertAccess Create(RestrictionSetup setup, string argument) =>
        new(setup.AccessTable(Parse(argument, out var order, out _)), order, setup.Notices);

    /// <summary>The table's name, and in which order it is asked for what.</summary>
    private static string Parse(string argument, out IReadOnlyList<Key> order, out string? fault)
    {
        order = [.. Keys.Values];
        var words = argument is ['{', .. var inner, '}'] ? ParameterList.TrySplit(inner, out fault) ?? [] : [argument];
        fault = words.Count is 1 or 2 && words[0].Contains(':', StringComparison.Ordinal) ? null : "need maptype:mapname";
        if (fault is not null) return "";
        if (words.Count == 2)
        {
            var setting = words[1] is ['{', .. var text, '}'] ? Setting.TryParse(text, "", 0, out fault) : null;
            var names = setting?.Name == "search_order" ? ParameterList.TrySplit(setting.Value, out _) ?? [] : [];
            if (names.Count == 0 || names.Any(n => !Keys.ContainsKey(n))) fault = "need search_order = cert_fingerprint, pubkey_fingerprint";
            else order = [.. names.Select(n => Keys[n])];
        }
        return words[0];
    }
}
