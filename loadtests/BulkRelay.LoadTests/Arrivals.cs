using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;

namespace BulkRelay.LoadTests;

/// <summary>What came to the sinks of a run: how much, and whether it is what was sent.</summary>
internal sealed class Arrivals
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private TaskCompletionSource _done = new();
    private int _taken;
    private int _goal;
    private int _changed;

    /// <summary>Completes when so many messages more have been taken.</summary>
    /// <exception cref="TimeoutException">They do not come.</exception>
    public async Task TakeAsync(int messages)
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = Volatile.Read(ref _taken);
        Volatile.Write(ref _goal, before + messages);
        try
        {
            await _done.Task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Volatile.Read(ref _taken) - before} of {messages} messages arrived in {Limit.TotalMinutes} minutes");
        }
    }

    /// <summary>Prints how many messages changed on the way.</summary>
    /// <exception cref="InvalidOperationException">One did.</exception>
    public void Report()
    {
        Console.WriteLine($"changed {_changed} of {_taken}");
        if (_changed > 0) throw new InvalidOperationException("what was sent is not what arrived");
    }

    /// <summary>For <see cref="SinkServer"/>. What carries no hash is nothing that the load sends.</summary>
    public void Keep(SinkMessage message)
    {
        if (message.Verdict != ContentVerdict.Unchanged)
        {
            Interlocked.Increment(ref _changed);
            Console.WriteLine($"changed: {message.Describe()}");
        }
        if (message.Reply == 250 && Interlocked.Increment(ref _taken) == Volatile.Read(ref _goal)) _done.TrySetResult();
    }
}
