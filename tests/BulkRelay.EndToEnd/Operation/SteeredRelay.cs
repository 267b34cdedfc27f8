using System.Diagnostics;
using System.Text.Json;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>A relay whose mail goes to a sink that is not there yet, or to one that is; what its queue commands say.</summary>
internal sealed class SteeredRelay : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    private SteeredRelay(string mainCf) => Process = new RelayProcess(mainCf);

    public RelayProcess Process { get; }

    public static async Task<SteeredRelay> StartAsync(string mainCf)
    {
        var relay = new SteeredRelay(mainCf);
        await File.WriteAllBytesAsync(relay._folder.File("m"), SampleMessage.Create("steered", 500));
        await relay.Process.StartAsync();
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    public async Task SendAsync(string from, params string[] to) => (await TrySendAsync(from, to)).Succeeded();

    /// <summary>As <see cref="SendAsync"/>, where it may be refused.</summary>
    public Task<ToolResult> TrySendAsync(string from, params string[] to) =>
        Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{Process.Port}", "--mail-from", from,
            .. to.SelectMany(r => new[] { "--mail-rcpt", r }), "-T", _folder.File("m")]);

    /// <summary>Runs a command; its output, after it has succeeded.</summary>
    public async Task<string> OutputAsync(params string[] arguments) => (await Process.CommandAsync(arguments)).Succeeded();

    /// <summary>Runs a command; what it said on standard error, after it has succeeded.</summary>
    public async Task<string> SaidAsync(params string[] arguments)
    {
        var result = await Process.CommandAsync(arguments);
        result.Succeeded();
        return result.Error;
    }

    /// <summary>Runs a shell script in which Postfix's commands are this relay's, as they are where it is installed.</summary>
    public async Task<ToolResult> ShellAsync(string script)
    {
        string[] commands = ["postqueue", "postsuper", "postcat", "mailq", "postconf", "postkick", "postlog", "postfix", "sendmail"];
        foreach (var command in commands)
            if (!File.Exists(_folder.File(command))) File.CreateSymbolicLink(_folder.File(command), Path.Combine(AppContext.BaseDirectory, "bulkrelay"));
        return await Tool.RunAsync("bash", ["-c", script], environment: new Dictionary<string, string>
        {
            ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            ["BULKRELAY_config_directory"] = Process.ConfigDirectory,
        });
    }

    /// <summary>The queue as <c>postqueue -j</c> gives it.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueueAsync() =>
        [.. (await OutputAsync("postqueue", "-j")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The id of the message from that sender.</summary>
    public async Task<string> IdOfAsync(string sender) =>
        (await QueueAsync()).Single(m => m.GetProperty("sender").GetString() == sender).GetProperty("queue_id").GetString()!;

    /// <summary>Senders and the queues in which their messages are: <c>a@x hold, b@x deferred</c>.</summary>
    public async Task<string> StateAsync() => string.Join(", ", (await QueueAsync())
        .Select(m => $"{m.GetProperty("sender").GetString()} {m.GetProperty("queue_name").GetString()}").Order(StringComparer.Ordinal));

    /// <summary>Waits until every message has been tried and nothing is in hand.</summary>
    public Task UntilDeferredAsync(int messages) => UntilAsync(queue => queue.Count == messages && queue.All(m =>
        m.GetProperty("queue_name").GetString() != "active" && m.GetProperty("recipients").EnumerateArray().All(r => r.TryGetProperty("delay_reason", out _))));

    /// <summary>Waits until nothing is queued.</summary>
    public Task UntilEmptyAsync() => UntilAsync(queue => queue.Count == 0);

    /// <summary>Waits until the queue is as the test wants it. Each look takes a process of its own, so it is no tight loop.</summary>
    public async Task UntilAsync(Func<IReadOnlyList<JsonElement>, bool> condition)
    {
        var queue = await QueueAsync();
        for (var started = Stopwatch.GetTimestamp(); !condition(queue); queue = await QueueAsync())
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"the queue is still {string.Join('\n', queue)}");
    }
}
