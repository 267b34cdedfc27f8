using System.Globalization;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.EndToEnd.Ledger;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// One run of load, death and recovery: a client and a sink with ledgers, a relay between them that dies again and again, and at the
/// end the comparison. The client and the sink live in the test's process and never die.
/// </summary>
internal sealed class CrashRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<DateTimeOffset> _kills = [];
    private readonly List<string> _faults = [];
    private readonly int _seed;
    private readonly ReportLedger _reports = new();
    private Task _loading = Task.CompletedTask;

    /// <param name="program">The executable, when not the shipped one.</param>
    /// <param name="queueDirectory">Where the queue is, when not in a folder of the relay's own.</param>
    /// <param name="sink">How the sink behaves.</param>
    /// <param name="seed">Seed of all random choices.</param>
    /// <param name="mainCf">More lines for <c>main.cf</c>.</param>
    public CrashRun(string? program = null, string? queueDirectory = null, SinkOptions? sink = null, int seed = 1, string mainCf = "")
    {
        Sink = new SinkLedger(sink);
        Relay = new RelayProcess($$"""
            relayhost = [127.0.0.1]:{{Sink.Port}}
            transport_maps = inline:{ campaign.test=smtp:[127.0.0.1]:{{_reports.Port}} }
            minimal_backoff_time = 1s
            maximal_backoff_time = 1s
            in_doubt_retries = 100
            {{mainCf}}
            """, program, queueDirectory);
        _seed = seed;
    }

    public ClientLedger Client { get; } = new();

    public SinkLedger Sink { get; }

    public RelayProcess Relay { get; }

    /// <inheritdoc cref="LedgerClient.OneLargeIn"/>
    public int? OneLargeIn { get; init; }

    /// <inheritdoc cref="LedgerClient.OneBrokenIn"/>
    public int? OneBrokenIn { get; init; }

    /// <summary>Recipients that were given up, and whose sender was told so.</summary>
    public int Reported => _reports.Count;

    /// <summary>Begins to send over so many sessions; at most <paramref name="messages"/> messages.</summary>
    public void Load(int sessions, int messages = int.MaxValue) =>
        _loading = new LedgerClient(Relay, Client, _seed) { OneLargeIn = OneLargeIn, OneBrokenIn = OneBrokenIn }
            .RunAsync(sessions, _stop.Token, messages);

    /// <summary>Waits until so many messages more have been acknowledged.</summary>
    public Task AcknowledgedAsync(int more) => ReachesAsync(Client.Acknowledged + more, 0);

    /// <summary>Waits until so many messages more were refused or not answered.</summary>
    public Task RefusedAsync(int more) => ReachesAsync(0, Client.Refused + more);

    /// <summary>One fault.</summary>
    public async Task StrikeAsync(CrashFault fault, Random random)
    {
        _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss.fff} {fault.Name}"));
        await fault.StrikeAsync(this, random);
    }

    /// <summary>SIGKILL now.</summary>
    public async Task KillAsync()
    {
        await Relay.KillAsync();
        _kills.Add(DateTimeOffset.UtcNow);
    }

    /// <summary>Runs the relay with a fault that kills it, until it is dead; false if it survives.</summary>
    public async Task<bool> DiesOfAsync(IReadOnlyDictionary<string, string> fault)
    {
        await Relay.StartOrDieAsync(fault);
        var died = await Relay.DiedAsync(Patience);
        _kills.Add(DateTimeOffset.UtcNow);
        return died;
    }

    /// <summary>Stops the load and waits for the sessions to end.</summary>
    public async Task EndLoadAsync()
    {
        await _stop.CancelAsync();
        await _loading.WaitAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>
    /// Waits until all that was promised has arrived, restarts the relay twice more, and compares the ledgers. The restarts must
    /// deliver nothing and leave the queue empty.
    /// </summary>
    public async Task<IReadOnlyList<string>> AuditAsync()
    {
        var faults = new List<string>();
        if (!await Sink.DrainedAsync(Client, _reports, Patience)) faults.Add($"nothing arrived for {Patience.TotalSeconds} s though mail is missing; log: {LogTail()}");
        if (!await EmptyAsync()) faults.Add($"the queue does not become empty: {await DescribeAsync()}");
        for (var restart = 0; restart < 2; restart++)
        {
            await Relay.StopAsync();
            var before = Sink.Lines.Count;
            await Relay.StartAsync();
            if (!await EmptyAsync()) faults.Add($"the queue is not empty after restart {restart + 1}");
            if (Sink.Lines.Count != before) faults.Add($"restart {restart + 1} delivered {Sink.Lines.Count - before} messages again");
        }
        faults.AddRange(LedgerAudit.Faults(Client, Sink, _reports, _kills));
        return faults;
    }

    /// <summary>
    /// Waits until the queue is empty, and returns what was promised and is lost, or changed: for runs that are no place for more.
    /// </summary>
    public async Task<IReadOnlyList<string>> LossesAsync()
    {
        if (!await EmptyAsync()) throw new ShouldAssertException($"the queue does not become empty: {await DescribeAsync()}");
        return [.. LedgerAudit.Losses(Client, Sink, _reports), .. LedgerAudit.Changes(Client, Sink)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // First the relay: a session that it left without a reply ends with it.
        await Relay.DisposeAsync();
        await _loading;
        await Sink.DisposeAsync();
        await _reports.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>What was done, in figures.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{_faults.Count} faults, {Client.Acknowledged} acknowledged, {Sink.Counters.Octets / 1_000_000} MB, {Reported} reported: "
        + $"{string.Join(", ", _faults)}");

    private async Task ReachesAsync(int acknowledged, int refused)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await Client.ReachesAsync(acknowledged, refused, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{acknowledged} acknowledged and {refused} refused are not reached; {this}; log: {LogTail()}");
        }
    }

    /// <summary>Asks until the queue is empty. Mail whose 250 got lost on the way to the client leaves it too, unnoticed by the ledger.</summary>
    private async Task<bool> EmptyAsync()
    {
        for (var limit = System.Diagnostics.Stopwatch.StartNew(); limit.Elapsed < Patience;)
            if ((await Relay.CommandAsync("postqueue", "-p")).Succeeded().Contains("Mail queue is empty", StringComparison.Ordinal)) return true;
        return false;
    }

    private async Task<string> DescribeAsync()
    {
        var listing = (await Relay.CommandAsync("postqueue", "-j")).Output.Split('\n').Take(5);
        return $"{(await Relay.CommandAsync("status")).Output}\n{string.Join('\n', listing)}\nlog: {LogTail()}";
    }

    private string LogTail() => File.Exists(Relay.LogFile) ? string.Join('\n', File.ReadLines(Relay.LogFile).TakeLast(20)) : "(none)";
}
