namespace BulkRelay.Core.Configuration;

/// <summary>The physical lines of a <c>main.cf</c> or <c>master.cf</c> for an editor that keeps what it does not change.</summary>
internal static class CfLines
{
    /// <summary>The lines with their ends; the last one gets a line end if it has none.</summary>
    public static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            if (end < 0)
            {
                yield return text[start..] + "\n";
                yield break;
            }
            yield return text[start..(end + 1)];
            start = end + 1;
        }
    }

    /// <summary>True for lines that set nothing: empty, blank, comment.</summary>
    public static bool IsRemark(string line) => line.AsSpan().TrimStart() is var text && (text.IsEmpty || text[0] == '#');

    /// <summary>True for a line that continues the one before.</summary>
    public static bool IsContinuation(string line) => char.IsWhiteSpace(line[0]) && !IsRemark(line);
}
