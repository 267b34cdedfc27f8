using System.Globalization;

namespace BulkRelay.Server.Sink;

/// <summary>Prints a line of progress once a second while something comes in.</summary>
internal sealed class SinkTicker : IDisposable
{
    private readonly SinkCounters _counters;
    private readonly TextWriter _output;
    private readonly Timer _timer;
    private long _last;

    public SinkTicker(SinkCounters counters, TextWriter output)
    {
        _counters = counters;
        _output = output;
        _timer = new Timer(_ => Tick(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The totals, one figure a line.</summary>
    public static void WriteTotals(SinkCounters counters, TextWriter output)
    {
        void Row(string what, long count) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-18}{count,14:N0}"));
        Row("messages", counters.Messages);
        Row("recipients", counters.Recipients);
        Row("octets", counters.Octets);
        Row("verified", counters.Verified);
        Row("changed", counters.Changed);
        Row("deferred", counters.Deferred);
        Row("rejected", counters.Rejected);
        Row("dropped", counters.Dropped);
        Row("connections", counters.Connections);
        Row("most at once", counters.MostOpen);
    }

    private void Tick()
    {
        var now = _counters.Messages;
        if (now == _last) return;
        _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{now,12:N0} messages {now - _last,8:N0}/s {_counters.Open,6:N0} connections {_counters.Deferred,8:N0} deferred "
            + $"{_counters.Rejected,8:N0} rejected {_counters.Changed,6:N0} changed"));
        _output.Flush();
        _last = now;
    }
}
