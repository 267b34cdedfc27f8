using System.Text;

namespace BulkRelay.Tests.TestKit;

/// <summary>The file of a mail log, in memory, whose lines a test can wait for.</summary>
public sealed class TestLogLines : MemoryStream
{
    private readonly List<(string Text, int Times, TaskCompletionSource Seen)> _awaited = [];

    /// <summary>All that was logged so far.</summary>
    public string Text
    {
        get { lock (_awaited) return Encoding.UTF8.GetString(ToArray()); }
    }

    /// <summary>Completes as soon as the text has been logged so many times.</summary>
    public Task WaitForAsync(string text, int times = 1)
    {
        lock (_awaited)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, times, seen));
            Look();
            return seen.Task;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_awaited)
        {
            base.Write(buffer);
            Look();
        }
    }

    private void Look()
    {
        var all = Text;
        foreach (var (text, times, seen) in _awaited)
            if (all.Split(text).Length > times) seen.TrySetResult();
        _awaited.RemoveAll(a => a.Seen.Task.IsCompleted);
    }
}
