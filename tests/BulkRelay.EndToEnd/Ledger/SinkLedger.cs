using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Ledger;

/// <summary>One delivery of one message to one recipient, as the sink saw it.</summary>
/// <param name="Id">The message's; empty for one that no client can have sent.</param>
/// <param name="Recipient">One of those of the delivery.</param>
/// <param name="EndOfData">When the final dot was read.</param>
/// <param name="Reply">As in <see cref="SinkMessage"/>.</param>
/// <param name="Hash">
/// SHA-256 of the content behind the trace fields that the relay put before it; empty if what it put there is something else.
/// </param>
/// <param name="Length">Octets of the content.</param>
internal sealed record SinkLine(string Id, string Recipient, DateTimeOffset EndOfData, int Reply, string Hash, int Length);

/// <summary>The destination's side of the proof: a sink that writes down every delivery.</summary>
internal sealed class SinkLedger : IAsyncDisposable
{
    private readonly ConcurrentQueue<SinkLine> _lines = new();
    private readonly ConcurrentDictionary<(string Id, string Recipient), int> _accepted = new();
    private readonly SinkServer _server;
    private readonly SemaphoreSlim _news = new(0);
    private readonly TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SinkLedger(SinkOptions? options = null)
    {
        options ??= new SinkOptions();
        _server = new SinkServer(options with { Listen = new IPEndPoint(IPAddress.Loopback, options.Listen.Port == 2526 ? 0 : options.Listen.Port) },
            TimeProvider.System, Keep);
    }

    public int Port => _server.EndPoint.Port;

    public SinkCounters Counters => _server.Counters;

    /// <summary>Completes when something arrives that is not as it was sent.</summary>
    public Task Changed => _changed.Task;

    public IReadOnlyCollection<SinkLine> Lines => _lines;

    /// <summary>Whether the pair was delivered with a 250 at least once.</summary>
    public bool Has(string id, string recipient) => _accepted.ContainsKey((id, recipient));

    /// <summary>
    /// Waits until every acknowledged recipient has been delivered, or reported to the sender as given up; false if nothing came for
    /// <paramref name="patience"/>.
    /// </summary>
    public async Task<bool> DrainedAsync(ClientLedger client, ReportLedger reports, TimeSpan patience)
    {
        while (client.Lines.Any(l => l.Promise == Promise.Acknowledged && l.Recipients.Any(r => !Has(l.Id, r) && !reports.Has(l.Id, r))))
            if (!await _news.WaitAsync(patience)) return false;
        return true;
    }

    /// <summary>Waits for so many deliveries in all. One waiter at a time.</summary>
    public async Task ReachesAsync(int deliveries, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (Lines.Count < deliveries) await _news.WaitAsync(limit.Token);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private void Keep(SinkMessage message)
    {
        var content = message.Content();
        var id = SampleMessage.IdOf(content);
        var hash = HashOf(content);
        if (message.Verdict != ContentVerdict.Unchanged) _changed.TrySetResult();
        foreach (var recipient in message.Recipients)
        {
            _lines.Enqueue(new SinkLine(id, recipient, message.EndOfData, message.Reply, hash, content.Length));
            if (message.Reply == 250) _accepted.AddOrUpdate((id, recipient), 1, (_, n) => n + 1);
        }
        _news.Release();
    }

    private static string HashOf(ReadOnlySpan<byte> content)
    {
        var trace = ContentDigest.TraceOf(content);
        return trace > 0 && content.StartsWith("Received: "u8) ? Convert.ToHexString(SHA256.HashData(content[trace..])) : "";
    }
}
