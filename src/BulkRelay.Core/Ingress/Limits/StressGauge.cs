using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>
/// Says whether a service is overloaded (Postfix: STRESS_README): from the session that takes its last place on, until no session has done
/// so for 1,000 seconds. Logs when that begins and when it is over.
/// </summary>
/// <param name="service">The service's name.</param>
/// <param name="limit">Its places; 0 is unlimited, which is never too much.</param>
internal sealed class StressGauge(string service, int limit, TimeProvider time, ServiceLog log)
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1000);

    private long _lastFull;

    /// <summary>True while it is overloaded, as of the last <see cref="Note"/>.</summary>
    public bool IsStressed { get; private set; }

    /// <summary>A session begins, or one has ended, and so many there are now. True if the overload has begun with it.</summary>
    public bool Note(int sessions)
    {
        var isFull = limit > 0 && sessions >= limit;
        if (isFull) _lastFull = time.GetTimestamp();
        if (isFull == IsStressed) return false;
        if (isFull)
        {
            IsStressed = true;
            log.Warning($"service \"{service}\" has reached its process limit \"{limit}\": new clients may experience noticeable delays");
            log.Warning($"to avoid this condition, increase the process count in master.cf or reduce the service time per client");
            log.Warning($"until it is over, stress = yes holds for the sessions of this service");
            return true;
        }
        if (time.GetElapsedTime(_lastFull) < Aftermath) return false;
        IsStressed = false;
        log.Info($"service \"{service}\" has not reached its process limit for {(long)Aftermath.TotalSeconds} seconds: stress is over");
        return false;
    }
}
