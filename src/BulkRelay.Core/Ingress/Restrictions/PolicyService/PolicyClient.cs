using System.Net.Sockets;
using System.Threading.Channels;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>
/// Asks a policy service over connections that are kept between requests, at most as many as Postfix has processes by default. Safe for
/// many sessions; each waits for its own answer only, and nothing is locked while one waits.
/// </summary>
internal sealed class PolicyClient(PolicyServiceSettings settings)
{
    private const int MaxConnections = 100;

    /// <summary>Each request under way has a place in this channel.</summary>
    private readonly Channel<bool> _places = Channel.CreateBounded<bool>(MaxConnections);
    private readonly IdlePolicyConnections _idle = new(settings);

    /// <summary>
    /// The action that the service wants, or null if it does not answer: it was asked as often as the settings say, and the log has the
    /// reason. Throws on cancellation only.
    /// </summary>
    public async ValueTask<string?> AskAsync(PolicyQuery query, TimeProvider time, ServiceLog log, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            await _places.Writer.WriteAsync(true, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            log.Warning($"problem talking to server {settings.Name}: {MaxConnections} requests are under way, none ended in time");
            return null;
        }
        try
        {
            return await AskAgainAsync(query, time, log, cancel);
        }
        finally
        {
            _places.Reader.TryRead(out _);
        }
    }

    private async ValueTask<string?> AskAgainAsync(PolicyQuery query, TimeProvider time, ServiceLog log, CancellationToken cancel)
    {
        // The service may have closed what was kept: that alone is no failure.
        var kept = TakeKept(query.Instance, log);
        if (kept is not null && (await TryAsync(kept, query, time, cancel)).Action is { } known) return known;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TryAsync(null, query, time, cancel);
            if (answer.Action is { } action) return action;
            log.Warning($"problem talking to server {settings.Name}: {answer.Trouble}");
            if (attempt >= settings.TryLimit) return null;
            await Task.Delay(settings.RetryDelay, time, cancel);
        }
    }

    /// <summary>
    /// A kept connection over which the service has said nothing since its last answer: what it said unasked would be taken for the answer
    /// to the next request, which may be about somebody else.
    /// </summary>
    private PolicyConnection? TakeKept(string instance, ServiceLog log)
    {
        while (_idle.Take(instance) is { } kept)
        {
            if (!kept.HasInput) return kept;
            if (!kept.IsClosed)
                log.Warning($"problem talking to server {settings.Name}: it sent an answer to no request: connection closed");
            kept.Dispose();
        }
        return null;
    }

    private async ValueTask<PolicyAnswer> TryAsync(PolicyConnection? kept, PolicyQuery query, TimeProvider time, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        var connection = kept;
        try
        {
            connection ??= await PolicyConnection.OpenAsync(settings.Endpoint, time, either.Token);
            var answer = await connection.AskAsync(query, either.Token);
            if (answer.Action is null) return answer;
            _idle.Give(connection, time);
            connection = null;
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return PolicyAnswer.Failed("Connection timed out");
        }
        catch (SocketException e)
        {
            return PolicyAnswer.Failed(e.Message);
        }
        finally
        {
            connection?.Dispose();
        }
    }
}
