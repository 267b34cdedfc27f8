using System.Text;

namespace BulkRelay.Core.Configuration;

/// <summary>One logical line of <c>main.cf</c> or <c>master.cf</c>: its text with the continuation lines joined, and the number of its first line.</summary>
public readonly record struct LogicalLine(string Text, int Line)
{
    /// <summary>
    /// Splits a file as postconf(5) says: a line that starts with white space continues the one before; lines that are empty, blank or
    /// start with <c>#</c> (after blanks) do not count, not even between a line and its continuation. A carriage return before the line
    /// feed belongs to the line end. A continuation without a line before it is reported and skipped.
    /// </summary>
    public static IReadOnlyList<LogicalLine> Split(string text, string file, ICollection<ConfigFault> faults)
    {
        var lines = new List<LogicalLine>();
        var current = new StringBuilder();
        var first = 0;
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text.AsSpan(range).TrimEnd('\r');
            var content = line.TrimStart();
            if (content.IsEmpty || content[0] == '#') continue;
            if (line.Contains('\0'))
            {
                faults.Add(new(FaultSeverity.Error, file, number, "", "the line has a NUL character: this is not a text file, or it is damaged"));
                continue;
            }
            if (content.Length < line.Length)
            {
                if (first > 0) current.Append(line);
                else faults.Add(new(FaultSeverity.Warning, file, number, "",
                    $"a line that starts with white space continues the line before, and there is none: '{Shorten(line)}' is ignored"));
                continue;
            }
            Finish();
            current.Append(line);
            first = number;
        }
        Finish();
        return lines;

        void Finish()
        {
            if (first > 0) lines.Add(new(current.ToString(), first));
            current.Clear();
        }
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 60 ? text.ToString() : $"{text[..57]}...";
}
