using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// Which mechanism is used: the best one that the server offers, the filter and the security options for this kind of connection let through,
/// the login is fit for, and the connection is protected enough for.
/// </summary>
internal sealed class SaslPolicy(SaslClientParameters parameters, ConfigSnapshot config, LookupTableSet tables)
{
    private readonly StringMatchList? _filter = config.Get(parameters.MechanismFilter) is { Length: > 0 } filter
        ? StringMatchList.Parse(parameters.MechanismFilter.Name, filter, tables) : null;

    /// <summary>The mechanism to use; or the reason, in Postfix's words, with what was offered and what would be allowed.</summary>
    /// <param name="server">The server as reasons name it.</param>
    /// <param name="offered">What the server offers, in its order.</param>
    /// <param name="hasToken">True if the login signs in with tokens, false if with a password.</param>
    /// <param name="link">How the connection is protected.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public async ValueTask<SaslChoice> ChooseAsync(
        string server, IReadOnlyList<string> offered, bool hasToken, LinkProtection link, CancellationToken cancel)
    {
        var filtered = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in offered)
        {
            var match = _filter is null ? MatchResult.Yes : await _filter.MatchAsync(name, cancel);
            if (match.Failure is { } failure) return new SaslChoice(null, $"{SaslClient.CannotAuthenticate(server)}: {parameters.MechanismFilter.Name}: {failure}");
            if (match.IsMatch) filtered.Add(name);
        }
        var best = SaslMechanisms.All.FirstOrDefault(m => filtered.Contains(m.Name) && Obstacle(m, hasToken, link) is null);
        if (best is not null) return new SaslChoice(best, "");
        var reason = filtered.Count > 0 ? $"{SaslClient.CannotAuthenticate(server)}: no mechanism available"
            : $"SASL authentication failed: server {server} offered no compatible authentication mechanisms for this type of connection security";
        return new SaslChoice(null, $"{reason}; {Explain(offered, filtered, hasToken, link)}");
    }

    /// <summary>For the operator: what was offered, what stood against each, and what would be allowed.</summary>
    private string Explain(IReadOnlyList<string> offered, HashSet<string> filtered, bool hasToken, LinkProtection link)
    {
        var verdicts = offered.Select(name =>
        {
            var known = SaslMechanisms.All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            var why = !filtered.Contains(name) ? $"not in {parameters.MechanismFilter.Name}"
                : known is null ? "not known here" : Obstacle(known, hasToken, link);
            return $"{name} ({why})";
        });
        var allowed = SaslMechanisms.All.Where(m => Obstacle(m, hasToken, link) is null).Select(m => m.Name).ToList();
        return $"offered: {(offered.Count > 0 ? string.Join(", ", verdicts) : "none")}; "
            + $"allowed: {(allowed.Count > 0 ? string.Join(", ", allowed) : "none")}";
    }

    /// <summary>Why the configuration does not allow a mechanism for such a login on such a connection; null if it does.</summary>
    private string? Obstacle(SaslMechanism mechanism, bool hasToken, LinkProtection link)
    {
        if (mechanism.TakesToken != hasToken)
            return hasToken ? $"takes no token, and {parameters.TokenMaps.Name} has one for the login"
                : $"takes a token, and {parameters.TokenMaps.Name} has none for the login";
        if (mechanism.BindsToTls && link == LinkProtection.None) return "needs TLS to bind to";
        var options = link switch
        {
            LinkProtection.Verified => parameters.TlsVerifiedSecurityOptions,
            LinkProtection.Encrypted => parameters.TlsSecurityOptions,
            _ => parameters.SecurityOptions,
        };
        var missing = config.Get(options) & ~mechanism.Security;
        if (missing != SaslSecurity.None) return $"{SaslSecurityWords.Of(missing)} in {options.Name}";
        var protection = mechanism.TakesToken ? parameters.TokenProtection : parameters.PlaintextProtection;
        if (!mechanism.RevealsSecret || link >= config.Get(protection)) return null;
        return $"{protection.Name}: the connection is {(link == LinkProtection.None ? "not encrypted" : "to a server whose certificate was not checked")}";
    }
}
