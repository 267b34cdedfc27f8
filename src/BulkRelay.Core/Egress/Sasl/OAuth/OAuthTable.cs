using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary><c>smtp_oauth_token_maps</c>: which logins sign in with access tokens, and where those come from.</summary>
internal sealed class OAuthTable(SaslClientParameters parameters, ConfigSnapshot config, LookupTableSet tables, OAuthTokens tokens, ServiceLog log)
{
    private readonly string _parameter = parameters.TokenMaps.Name;
    private readonly LookupTableList _maps = new(parameters.TokenMaps.Name, config.Get(parameters.TokenMaps), tables);

    /// <summary>The source of a user's tokens: null if there is none, and a failure if the entry makes no sense or cannot be looked up.</summary>
    public async ValueTask<(OAuthTokenSource? Source, string? Failure)> FindAsync(string user, CancellationToken cancel)
    {
        var found = await _maps.LookupAsync(user, isPart: false, cancel);
        if (found.Value is not { } value) return (null, found.Failure);
        return OAuthClient.TryParse(user, value, config.PathOf, out var fault) is { } client
            ? (tokens.For(client, warning => log.Warning($"{warning}")), null)
            : (null, $"{_parameter}: {fault}");
    }
}
