using System.Net;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>How to get access tokens for one login: an entry of <c>smtp_oauth_token_maps</c>. Two that are equal share their token.</summary>
/// <param name="User">The login.</param>
/// <param name="Endpoint">The token endpoint (RFC 6749 section 3.2).</param>
/// <param name="ClientId">The client's identifier.</param>
/// <param name="ClientSecretFile">The file of the client's secret; empty for a client that has none.</param>
/// <param name="RefreshTokenFile">The file of the refresh token; empty for a grant by client credentials.</param>
/// <param name="RequestedScope">What the token is for; empty for the server's default.</param>
/// <param name="UsesBasic">True if the client identifies itself in the Authorization header, false if in the body.</param>
internal sealed record OAuthClient(
    string User, Uri Endpoint, string ClientId, string ClientSecretFile, string RefreshTokenFile, string RequestedScope, bool UsesBasic)
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "endpoint", "client_id", "client_secret_file", "refresh_token_file", "scope", "client_auth", "allow_http",
    };

    /// <summary>The endpoint as reasons name it: nothing that could be a secret is in it.</summary>
    public string EndpointName => Endpoint.GetLeftPart(UriPartial.Path);

    /// <summary>The files that have to be there.</summary>
    public IEnumerable<string> Files => new[] { ClientSecretFile, RefreshTokenFile }.Where(f => f.Length > 0);

    /// <summary>Reads an entry. Null, and what is wrong with it, if it makes no sense.</summary>
    /// <param name="user">The login.</param>
    /// <param name="value">The entry.</param>
    /// <param name="pathOf">The full path of a file that it names (<see cref="ConfigSnapshot.PathOf"/>).</param>
    /// <param name="fault">What is wrong.</param>
    public static OAuthClient? TryParse(string user, string value, Func<string, string> pathOf, out string? fault)
    {
        var words = ReadWords(value, out fault);
        if (fault is not null) return null;
        if (!Uri.TryCreate(words.GetValueOrDefault("endpoint"), UriKind.Absolute, out var endpoint)) fault = "endpoint=URL is missing, or is no URL";
        else if (!IsProtected(endpoint) && words.GetValueOrDefault("allow_http") != "yes")
            fault = "the endpoint is not https: what is sent to it are secrets (allow_http=yes allows http all the same)";
        else if (endpoint.UserInfo.Length > 0) fault = "the endpoint holds a user or password: use client_id= and client_secret_file=";
        else if (!words.ContainsKey("client_id")) fault = "client_id=ID is missing";
        else if (!words.ContainsKey("client_secret_file") && !words.ContainsKey("refresh_token_file"))
            fault = "client_secret_file=FILE is missing (for client credentials), or refresh_token_file=FILE";
        else if (words.GetValueOrDefault("client_auth", "body") is not ("body" or "basic")) fault = "client_auth is neither body nor basic";
        if (fault is not null) return null;
        return new OAuthClient(user, endpoint!, words["client_id"],
            pathOf(words.GetValueOrDefault("client_secret_file", "")), pathOf(words.GetValueOrDefault("refresh_token_file", "")),
            words.GetValueOrDefault("scope", ""), words.GetValueOrDefault("client_auth") == "basic");
    }

    private static Dictionary<string, string> ReadWords(string value, out string? fault)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            var setting = Setting.TryParse(word.StartsWith('{') ? word[1..^1] : word, "", 0, out _);
            if (setting is null) fault ??= $"'{word}' is not of the form name=value";
            else if (!Names.Contains(setting.Name)) fault ??= $"unknown attribute '{setting.Name}': use {string.Join(", ", Names)}";
            else if (!words.TryAdd(setting.Name, setting.Value)) fault ??= $"'{setting.Name}' is there twice";
        }
        return words;
    }

    private static bool IsProtected(Uri endpoint) => endpoint.Scheme == Uri.UriSchemeHttps
        || (endpoint.Scheme == Uri.UriSchemeHttp && (endpoint.Host == "localhost" || (IPAddress.TryParse(endpoint.Host.Trim('[', ']'), out var a) && IPAddress.IsLoopback(a))));
}
