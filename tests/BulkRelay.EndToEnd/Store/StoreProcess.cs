using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Store;

/// <summary>A <see cref="StoreWriter"/> at work, and what it has said so far.</summary>
internal sealed class StoreProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<(string What, long Id)> _said = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly object _changed = new();
    private bool _isOutputRead;

    /// <param name="file">The database.</param>
    /// <param name="goal">How many messages it is to store.</param>
    /// <param name="adders">How many at once.</param>
    /// <param name="environment">Faults.</param>
    /// <param name="programs">The folder with the test programs, if not the tests' own.</param>
    public StoreProcess(string file, int goal, int adders, IReadOnlyDictionary<string, string>? environment = null, string? programs = null)
    {
        var program = Path.Combine(programs ?? AppContext.BaseDirectory, "BulkRelay.EndToEnd.dll");
        _process = Tool.Start("dotnet", ["exec", program, "store-writer", file, $"{goal}", $"{adders}"], environment);
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) HearLog(text); };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The ids about which it said this, in order.</summary>
    public IReadOnlyList<long> Said(string what) => [.. _said.Where(said => said.What == what).Select(said => said.Id)];

    /// <summary>Everything it wrote to its log.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Waits until it has said something so often; fails the test if it ends before.</summary>
    public Task HearAsync(string what, int times = 1) => WaitAsync(() => Said(what).Count >= times, $"never said '{what}' {times} times");

    /// <summary>Waits until its log has so many lines with this text.</summary>
    public Task HearLogAsync(string text, int times) =>
        WaitAsync(() => _log.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times, $"never logged '{text}' {times} times");

    /// <summary>Waits until it has reached its goal and ends it, or until it dies; returns its exit status (137: killed).</summary>
    public async Task<int> FinishAsync()
    {
        await WaitAsync(() => Said("goal").Count > 0 || _isOutputRead, "neither ends nor goes on");
        _process.StandardInput.Close();
        return await ExitAsync();
    }

    /// <summary>It stands still at once; all that is left to do with it is <see cref="KillAsync"/>.</summary>
    public Task FreezeAsync() => FrozenProcess.FreezeAsync(_process.Id);

    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private Task WaitAsync(Func<bool> condition, string otherwise) => Task.Run(() =>
    {
        lock (_changed)
        {
            while (!condition())
                if (_isOutputRead || !Monitor.Wait(_changed, Limit)) throw new InvalidOperationException($"the writer {otherwise}: {Log}");
        }
    });

    private async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    private void HearLog(string line)
    {
        lock (_changed)
        {
            _log.Enqueue(line);
            Monitor.PulseAll(_changed);
        }
    }

    private void Hear(string? line)
    {
        lock (_changed)
        {
            if (line is null) _isOutputRead = true;
            else if (line.Split(' ') is [var what, var id]) _said.Enqueue((what, long.Parse(id, CultureInfo.InvariantCulture)));
            Monitor.PulseAll(_changed);
        }
    }
}
