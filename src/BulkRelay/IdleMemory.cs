namespace BulkRelay.Server;

/// <summary>
/// Gives the memory back that large mail has needed. The collector runs when something new is allocated: a relay that has become idle would
/// keep the memory of its busiest hour for good.
/// </summary>
internal sealed class IdleMemory : IDisposable
{
    /// <summary>How often it looks.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Octets allocated in an interval by a relay that is idle, at most.</summary>
    internal const long Quiet = 8 * 1024 * 1024;

    /// <summary>Octets allocated since the last time that make it worth while.</summary>
    internal const long Worth = 64 * 1024 * 1024;

    /// <summary>After so many intervals it looks again what has become free meanwhile, if much was still in use.</summary>
    internal const int Again = 12;

    private readonly Func<long> _allocated;
    private readonly Func<long> _collect;
    private readonly ITimer _timer;
    private long _last;
    private long _collectedAt;
    private long _inUse;
    private int _quietIntervals;

    /// <param name="time">The clock.</param>
    /// <param name="allocated">Octets allocated since the start.</param>
    /// <param name="collect">Collects what is not in use and gives it back to the system; returns the octets that are.</param>
    public IdleMemory(TimeProvider time, Func<long> allocated, Func<long> collect)
    {
        _allocated = allocated;
        _collect = collect;
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>For this process.</summary>
    public static IdleMemory OfProcess() => new(TimeProvider.System, () => GC.GetTotalAllocatedBytes(), () =>
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    });

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var allocated = _allocated();
        var isQuiet = allocated - _last <= Quiet;
        _last = allocated;
        _quietIntervals = isQuiet ? _quietIntervals + 1 : 0;
        var isDue = allocated - _collectedAt >= Worth || (_inUse >= Worth && _quietIntervals >= Again);
        if (!isQuiet || !isDue) return;
        _collectedAt = allocated;
        _quietIntervals = 0;
        _inUse = _collect();
    }
}
