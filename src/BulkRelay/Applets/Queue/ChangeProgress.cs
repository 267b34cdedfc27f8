using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace BulkRelay.Server.Applets.Queue;

/// <summary>
/// Shows how far a change of many messages has come: a bar on a terminal, a line every few seconds elsewhere, nothing if it is over at
/// once.
/// </summary>
/// <param name="what">The change.</param>
/// <param name="output">Where it is shown.</param>
/// <param name="count">How many messages are left to change; asked once, when it takes longer.</param>
internal sealed class ChangeProgress(string what, TextWriter output, Func<Task<long>> count) : IAsyncDisposable
{
    private const int Width = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BarInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _shownAt;
    private long? _total;

    /// <summary>So many messages have been changed.</summary>
    public async ValueTask SetAsync(long changed)
    {
        if (Stopwatch.GetElapsedTime(_started) < Patience || (_shownAt != 0 && Stopwatch.GetElapsedTime(_shownAt) < (_isTerminal ? BarInterval : LineInterval))) return;
        _total ??= changed + await count();
        _shownAt = Stopwatch.GetTimestamp();
        Show(changed);
    }

    public ValueTask DisposeAsync()
    {
        if (_shownAt != 0 && _isTerminal) output.Write("\r\u001b[K");
        return ValueTask.CompletedTask;
    }

    private void Show(long changed)
    {
        var total = Math.Max(_total!.Value, changed);
        var figures = string.Create(CultureInfo.InvariantCulture, $"{what}: {changed:N0} of {total:N0} messages");
        if (!_isTerminal)
        {
            output.WriteLine(figures);
            return;
        }
        var filled = (int)(changed * Width / Math.Max(total, 1));
        output.Write(new StringBuilder("\r").Append('█', filled).Append('░', Width - filled).Append(' ').Append(figures).Append("\u001b[K"));
    }
}
