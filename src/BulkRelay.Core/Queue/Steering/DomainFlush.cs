using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>
/// Delivery of the mail for a domain at the wish of somebody on the network (ETRN, RFC 1985): beside everything else, for few domains at a
/// time, and for each domain no more than once a minute, however often that is wished.
/// </summary>
/// <param name="steering">Does it.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Takes what went wrong.</param>
public sealed class DomainFlush(QueueSteering steering, TimeProvider time, ServiceLog log)
{
    private const int MaxDomains = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _begun = new(StringComparer.OrdinalIgnoreCase);
    private readonly object _gate = new();

    /// <summary>Begins; true also if that was done just now. False if too much of this is under way.</summary>
    public bool TryBegin(string domain)
    {
        lock (_gate)
        {
            foreach (var (name, _) in _begun.Where(b => time.GetElapsedTime(b.Value) >= Pause).ToList()) _begun.Remove(name);
            if (_begun.ContainsKey(domain)) return true;
            if (_begun.Count >= MaxDomains) return false;
            _begun[domain] = time.GetTimestamp();
        }
        _ = FlushAsync(domain);
        return true;
    }

    private async Task FlushAsync(string domain)
    {
        await Task.Yield();
        try
        {
            var filter = new QueueFilter { Domains = [domain] };
            var changes = steering.ChangeAsync(QueueChange.Retry, filter, long.MaxValue, log, CancellationToken.None);
            await foreach (var _ in changes.ConfigureAwait(false))
            {
                // The change is what counts; what was changed is of no interest here.
            }
        }
        catch (QueueStoreException e)
        {
            log.Warning($"ETRN {domain}: {e.Message}");
        }
    }
}
