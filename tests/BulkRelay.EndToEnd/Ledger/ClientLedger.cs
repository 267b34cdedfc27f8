using System.Collections.Concurrent;
using BulkRelay.Server.SampleMail;

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
/// <param name="Id">What <see cref="SampleMessage"/> made it of.</param>
/// <param name="Promise">What came of it.</param>
/// <param name="Recipients">Those that the relay accepted.</param>
/// <param name="Hash">SHA-256 of its content.</param>
internal sealed record ClientLine(string Id, Promise Promise, IReadOnlyList<string> Recipients, string Hash);

/// <summary>The client's side of the proof: one line per transaction, written only after the fact.</summary>
internal sealed class ClientLedger
{
    private readonly ConcurrentQueue<ClientLine> _lines = new();
    private readonly SemaphoreSlim _news = new(0);
    private int _acknowledged;
    private int _refused;

    public IReadOnlyCollection<ClientLine> Lines => _lines;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Messages that the relay refused or did not answer.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public void Write(ClientLine line)
    {
        _lines.Enqueue(line);
        Interlocked.Increment(ref line.Promise == Promise.Acknowledged ? ref _acknowledged : ref _refused);
        _news.Release();
    }

    /// <summary>Waits for so many acknowledgements and refusals in all. One waiter at a time.</summary>
    public async Task ReachesAsync(int acknowledged, int refused, CancellationToken cancel)
    {
        while (Acknowledged < acknowledged || Refused < refused) await _news.WaitAsync(cancel);
    }
}
