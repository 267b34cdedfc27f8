using System.Collections.Concurrent;
using System.Threading.Channels;
using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>A sink whose messages a test takes one by one.</summary>
internal sealed class SinkInbox : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<SinkMessage> _messages = Channel.CreateUnbounded<SinkMessage>();
    private readonly ConcurrentQueue<string> _changed = new();
    private readonly SinkServer _server;

    /// <param name="options">How the sink behaves; where it listens is its own choice.</param>
    /// <param name="port">Where it listens; 0 for a free port.</param>
    /// <param name="connections">A book for several sinks together; its own if null.</param>
    public SinkInbox(SinkOptions? options = null, ConnectionBook? connections = null, int port = 0)
    {
        Connections = connections ?? new ConnectionBook();
        _server = new SinkServer((options ?? new SinkOptions()) with { Listen = new(System.Net.IPAddress.Loopback, port) }, TimeProvider.System,
            Keep, Connections.Begin);
    }

    /// <summary>When connections began and ended.</summary>
    public ConnectionBook Connections { get; }

    public int Port => _server.EndPoint.Port;

    public SinkCounters Counters => _server.Counters;

    /// <summary>Takes the messages that no test has taken, and says what they are.</summary>
    public IReadOnlyList<string> Left()
    {
        var left = new List<string>();
        while (_messages.Reader.TryRead(out var message)) left.Add($"<{message.Sender}> to {string.Join(", ", message.Recipients)}");
        return left;
    }

    /// <summary>The next message, however the sink answered it.</summary>
    public async Task<SinkMessage> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _messages.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The next message of either of two inboxes, and the inbox that it came to.</summary>
    public static async Task<(SinkMessage Message, SinkInbox Inbox)> NextOfAsync(SinkInbox first, SinkInbox second)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            if (first._messages.Reader.TryRead(out var message)) return (message, first);
            if (second._messages.Reader.TryRead(out message)) return (message, second);
            // A wait takes nothing out, so the one that is left over loses nothing.
            using var waits = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            var inFirst = first._messages.Reader.WaitToReadAsync(waits.Token).AsTask();
            var inSecond = second._messages.Reader.WaitToReadAsync(waits.Token).AsTask();
            await await Task.WhenAny(inFirst, inSecond);
            await waits.CancelAsync();
        }
    }

    /// <summary>Ends it. What it got has to be as it was sent, as far as it carries a hash.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _changed.ShouldBeEmpty();
    }

    private void Keep(SinkMessage message)
    {
        if (message.Verdict == ContentVerdict.Changed) _changed.Enqueue(message.Describe());
        _messages.Writer.TryWrite(message);
    }
}
