using System.Collections.Concurrent;

namespace BulkRelay.EndToEnd.Ledger;

/// <summary>What the client may conclude about a message that it sent.</summary>
internal enum Promise
{
    /// <summary>The full 250 to the final dot was read: the relay is responsible.</summary>
    Acknowledged,

    /// <summary>The final dot was written in full, and no full reply came: it may or may not have been taken.</summary>
    Unknown,

    /// <summary>Refused, or the link was lost before the final dot was written in full: it must never be delivered.</summary>
    NotAccepted,
}

/// <summary>One message of the ledger.</summary>
internal sealed record ClientLine(string Id, Promise Promise, IReadOnlyList<string> Recipients, byte[] Content);

/// <summary>The client's side of the proof: one line per transaction, written only after the fact.</summary>
internal sealed class ClientLedger
{
    private readonly ConcurrentQueue<ClientLine> _lines = new();
    private readonly SemaphoreSlim _news = new(0);
    private int _acknowledged;

    public IReadOnlyCollection<ClientLine> Lines => _lines;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public void Write(ClientLine line)
    {
        _lines.Enqueue(line);
        if (line.Promise != Promise.Acknowledged) return;
        Interlocked.Increment(ref _acknowledged);
        _news.Release();
    }

    /// <summary>Waits for so many acknowledgements in all. One waiter at a time.</summary>
    public async Task ReachesAsync(int acknowledged, CancellationToken cancel)
    {
        while (Acknowledged < acknowledged) await _news.WaitAsync(cancel);
    }
}
