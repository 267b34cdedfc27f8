using System.Globalization;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>
/// The access token of one login, for all its connections. It is renewed before it ends; there is one renewal at a time, and whoever wants a
/// token meanwhile waits for that one. As long as the old token lasts, an endpoint that does not answer does no harm. Safe for many threads.
/// </summary>
internal sealed class OAuthTokenSource
{
    /// <summary>A new token that was refused at once is not replaced before it is this old: the fault is elsewhere.</summary>
    private static readonly TimeSpan LeastAge = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TotalLimit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly HttpClient _http;
    private readonly OAuthClient _client;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly RefreshTokenKeeper _refreshToken;
    private readonly ResiliencePipeline<OAuthAnswer> _pipeline;
    private OAuthToken? _token;
    private Task<OAuthGrant>? _renewal;
    private string _lastFailure = "";

    public OAuthTokenSource(HttpClient http, OAuthClient client, TimeProvider time, Action<string> warn)
    {
        _http = http;
        _client = client;
        _time = time;
        _warn = warn;
        _refreshToken = new RefreshTokenKeeper(client.RefreshTokenFile, warn);
        _pipeline = Pipeline(time);
    }

    /// <summary>A token that will last for a while.</summary>
    /// <param name="margin">How long before its end a token is renewed; not more than half of its life.</param>
    /// <param name="cancel">Ends the wait, not the renewal.</param>
    public async Task<OAuthGrant> GetAsync(TimeSpan margin, CancellationToken cancel)
    {
        var token = Volatile.Read(ref _token);
        if (token is not null && Left(token) > (margin < token.Lifetime / 2 ? margin : token.Lifetime / 2)) return new OAuthGrant(token, null);
        var grant = await RenewAsync(token).WaitAsync(cancel);
        if (grant.Token is not null || token is null || Left(token) <= TimeSpan.Zero) return grant;
        return new OAuthGrant(token, null);
    }

    /// <summary>
    /// Another token in place of one that a server refused; or why there is none. One that had been good is renewed at once, and another not
    /// before it is a minute old, so that a server that refuses everything causes no stream of requests.
    /// </summary>
    public async Task<OAuthGrant> ReplaceAsync(OAuthToken refused, CancellationToken cancel)
    {
        if (Volatile.Read(ref _token) is { } current && current != refused) return new OAuthGrant(current, null);
        if (!refused.WasAccepted && _time.GetElapsedTime(refused.ObtainedAt) < LeastAge)
            return new OAuthGrant(null, "the access token is new, so it is not renewed");
        return await RenewAsync(refused).WaitAsync(cancel);
    }

    private TimeSpan Left(OAuthToken token) => token.Lifetime - _time.GetElapsedTime(token.ObtainedAt);

    /// <summary>The renewal that is under way, or a new one; nothing if <paramref name="old"/> has been replaced already.</summary>
    private Task<OAuthGrant> RenewAsync(OAuthToken? old)
    {
        lock (_gate)
        {
            if (_renewal is { IsCompleted: false }) return _renewal;
            if (_token is not null && _token != old) return Task.FromResult(new OAuthGrant(_token, null));
            // Not on the thread that holds the lock: files are read before the first wait.
            return _renewal = Task.Run(AskAsync);
        }
    }

    private async Task<OAuthGrant> AskAsync()
    {
        var answer = await TryAskAsync();
        if (answer.Token is { } token)
        {
            _lastFailure = "";
            Volatile.Write(ref _token, token);
            if (answer.RefreshToken is { } next) _refreshToken.Replace(next);
            return new OAuthGrant(token, null);
        }
        var failure = $"no access token from {_client.EndpointName}: {answer.Failure}";
        if (failure != _lastFailure) _warn($"login {_client.User}: {failure}");
        _lastFailure = failure;
        return new OAuthGrant(null, failure);
    }

    private async Task<OAuthAnswer> TryAskAsync()
    {
        if (SecretFile.Read(_client.ClientSecretFile, out var fault) is not { } secret || _refreshToken.Read(out fault) is not { } refreshToken)
            return OAuthAnswer.Refused(fault!, isTransient: false);
        try
        {
            return await _pipeline.ExecuteAsync(cancel => new OAuthRequest(_http, _client, secret, refreshToken, _time).SendAsync(cancel), CancellationToken.None);
        }
        catch (BrokenCircuitException e)
        {
            var left = e.RetryAfter is { } pause ? string.Create(CultureInfo.InvariantCulture, $" for {Math.Ceiling(pause.TotalSeconds)}s") : "";
            return OAuthAnswer.Refused($"it failed several times and is not asked{left}", isTransient: true);
        }
        catch (TimeoutRejectedException)
        {
            return OAuthAnswer.Refused("it did not answer in time", isTransient: true);
        }
        catch (HttpRequestException e)
        {
            return OAuthAnswer.Refused(e.InnerException?.Message ?? e.Message, isTransient: true);
        }
    }

    private static ResiliencePipeline<OAuthAnswer> Pipeline(TimeProvider time) => new ResiliencePipelineBuilder<OAuthAnswer> { TimeProvider = time }
        .AddTimeout(TotalLimit)
        .AddRetry(new RetryStrategyOptions<OAuthAnswer>
        {
            MaxRetryAttempts = 2,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(500),
            UseJitter = true,
            ShouldHandle = new PredicateBuilder<OAuthAnswer>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(a => a.IsTransient),
        })
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<OAuthAnswer>
        {
            FailureRatio = 1,
            MinimumThroughput = 3,
            SamplingDuration = TimeSpan.FromMinutes(1),
            BreakDuration = TimeSpan.FromSeconds(30),
            ShouldHandle = new PredicateBuilder<OAuthAnswer>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>().HandleResult(a => a.Token is null),
        })
        .AddTimeout(AttemptLimit)
        .Build();
}
