using System.Globalization;

namespace BulkRelay.Server.Applets;

/// <summary>
/// A table whose columns align. It holds a number of rows back to see how wide they are; what comes later is printed at once in the same
/// columns. A heading that begins with <c>></c> stands over a column that is aligned to the right.
/// </summary>
internal sealed class ConsoleTable
{
    private readonly TextWriter _output;
    private readonly int _sample;
    private readonly string[] _headings;
    private readonly bool[] _isRight;
    private readonly List<string[]> _rows = [];
    private int[]? _widths;

    public ConsoleTable(TextWriter output, int sample, params string[] headings)
    {
        _output = output;
        _sample = sample;
        _isRight = [.. headings.Select(h => h.StartsWith('>'))];
        _headings = [.. headings.Select(h => h.TrimStart('>'))];
    }

    /// <summary>A time span in at most six characters: <c>45s</c>, <c>12m</c>, <c>3h20m</c>, <c>5d</c>.</summary>
    public static string Span(TimeSpan span)
    {
        var seconds = Math.Max(0, (long)span.TotalSeconds);
        FormattableString text = seconds switch
        {
            < 60 => $"{seconds}s",
            < 3600 => $"{seconds / 60}m",
            < 36000 => $"{seconds / 3600}h{seconds / 60 % 60:00}m",
            < 172800 => $"{seconds / 3600}h",
            _ => $"{seconds / 86400}d",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Adds a row: one text for each heading.</summary>
    public void Add(params string[] row)
    {
        if (_widths is not null)
        {
            Print(row);
            return;
        }
        _rows.Add(row);
        if (_rows.Count == _sample) Flush();
    }

    /// <summary>Prints what is held back. A table without rows prints nothing.</summary>
    public void Flush()
    {
        if (_widths is not null || _rows.Count == 0) return;
        _widths = [.. _headings.Select((heading, i) => Math.Max(heading.Length, _rows.Max(row => row[i].Length)))];
        Print(_headings);
        foreach (var row in _rows) Print(row);
        _rows.Clear();
    }

    private void Print(string[] row)
    {
        var cells = row.Select((cell, i) => _isRight[i] ? cell.PadLeft(_widths![i]) : cell.PadRight(_widths![i]));
        _output.WriteLine(string.Join("  ", cells).TrimEnd());
    }
}
