using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>
/// Says whether a service is overloaded (Postfix: STRESS_README): from the session on that takes its last place or finds the memory for
/// messages nearly taken, until that has not been so for 1,000 seconds. Logs when it begins and when it is over.
/// </summary>
/// <param name="service">The service's name.</param>
/// <param name="limit">Its places; 0 is unlimited, which is never too much.</param>
internal sealed class StressGauge(string service, int limit, TimeProvider time, ServiceLog log)
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(1000);

    private long _lastFull;

    /// <summary>True while it is overloaded, as of the last <see cref="Note"/>.</summary>
    public bool IsStressed { get; private set; }

    /// <summary>A session begins, the last one of so many. True if the overload begins with it.</summary>
    /// <param name="sessions">How many there are with it.</param>
    /// <param name="memoryIsShort">Whether the memory for messages is nearly taken.</param>
    public bool Note(int sessions, bool memoryIsShort = false)
    {
        var hasLastPlace = limit > 0 && sessions >= limit;
        var isFull = hasLastPlace || memoryIsShort;
        if (isFull) _lastFull = time.GetTimestamp();
        if (isFull == IsStressed) return false;
        if (isFull)
        {
            IsStressed = true;
            if (hasLastPlace) log.Warning($"service \"{service}\" has reached its process limit \"{limit}\": new clients may experience noticeable delays");
            else log.Warning($"service \"{service}\" has used up most of smtpd_content_memory_limit: new clients may experience noticeable delays");
            if (hasLastPlace) log.Warning($"to avoid this condition, increase the process count in master.cf or reduce the service time per client");
            log.Warning($"until it is over, stress = yes holds for the sessions of this service");
            return true;
        }
        if (time.GetElapsedTime(_lastFull) < Aftermath) return false;
        IsStressed = false;
        log.Info($"service \"{service}\" has had places and memory for {(long)Aftermath.TotalSeconds} seconds: stress is over");
        return false;
    }
}
