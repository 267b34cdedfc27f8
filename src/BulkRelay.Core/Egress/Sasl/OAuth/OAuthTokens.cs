using System.Collections.Concurrent;

namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>The access tokens of all logins, in memory only. One for the process: a reload keeps them. Safe for many threads.</summary>
internal sealed class OAuthTokens(TimeProvider time)
{
    private const int MostAnswerLength = 64 * 1024;

    private readonly ConcurrentDictionary<OAuthClient, OAuthTokenSource> _sources = new();

    private readonly Lazy<HttpClient> _http = new(() => new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        MaxResponseContentBufferSize = MostAnswerLength,
        Timeout = Timeout.InfiniteTimeSpan,
    });

    /// <summary>The token of a login.</summary>
    /// <param name="client">How to get it.</param>
    /// <param name="warn">Takes what an operator should know of later renewals.</param>
    public OAuthTokenSource For(OAuthClient client, Action<string> warn) =>
        _sources.GetOrAdd(client, static (client, state) => new OAuthTokenSource(state._http.Value, client, state.Time, state.Warn), (_http, Time: time, Warn: warn));
}
