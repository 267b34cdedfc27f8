using System.Collections.Concurrent;
using System.Diagnostics;

namespace BulkRelay.Server.Demo;

/// <summary>What the demonstration's client was promised and what its sinks got: the figures of the summary.</summary>
internal sealed class DemoLedger : IDisposable
{
    private sealed class Line
    {
        public long AcceptedAt;
        public long DeliveredAt;
        public int Deliveries;
    }

    private readonly ConcurrentDictionary<int, Line> _lines = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly ConcurrentQueue<string> _changed = new();
    private int _accepted;
    private int _delivered;

    /// <summary>Messages that the relay answered with 250.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Messages that came to a sink at least once.</summary>
    public int Delivered => Volatile.Read(ref _delivered);

    /// <summary>Accepted messages that no sink has got.</summary>
    public int Missing => _lines.Values.Count(l => Volatile.Read(ref l.AcceptedAt) != 0 && Volatile.Read(ref l.Deliveries) == 0);

    /// <summary>Deliveries beyond the first of each message.</summary>
    public int Duplicates => _lines.Values.Sum(l => Math.Max(0, Volatile.Read(ref l.Deliveries) - 1));

    /// <summary>What came to a sink and is not, octet for octet, what the client sent; each as the sink describes it.</summary>
    public IReadOnlyCollection<string> Changed => _changed;

    public void Dispose() => _news.Dispose();

    public void WasAccepted(int number)
    {
        Volatile.Write(ref LineOf(number).AcceptedAt, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _accepted);
    }

    public void WasDelivered(int number)
    {
        var line = LineOf(number);
        if (Interlocked.Increment(ref line.Deliveries) > 1) return;
        Volatile.Write(ref line.DeliveredAt, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _delivered);
        _news.Release();
    }

    public void WasChanged(string message) => _changed.Enqueue(message);

    /// <summary>
    /// Waits until so many messages have arrived, or none came for <paramref name="patience"/>; not so long once one came changed.
    /// </summary>
    public async Task AllDeliveredAsync(int messages, TimeSpan patience, CancellationToken cancel)
    {
        while (Delivered < messages)
            if (!await _news.WaitAsync(_changed.IsEmpty ? patience : patience / 10, cancel)) return;
    }

    /// <summary>
    /// Times from the relay's 250 to the arrival at the sink, sorted. A message may arrive before the client has read the 250; that
    /// counts as zero.
    /// </summary>
    public TimeSpan[] Latencies()
    {
        var latencies = _lines.Values.Where(l => l.AcceptedAt != 0 && l.DeliveredAt != 0)
            .Select(l => l.DeliveredAt <= l.AcceptedAt ? TimeSpan.Zero : Stopwatch.GetElapsedTime(l.AcceptedAt, l.DeliveredAt)).ToArray();
        Array.Sort(latencies);
        return latencies;
    }

    private Line LineOf(int number) => _lines.GetOrAdd(number, static _ => new Line());
}
