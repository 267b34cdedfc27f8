using System.Text;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>One logical line of a table: a line and the lines that continue it, and the number of the first one.</summary>
public readonly record struct TableLine(int Number, string Text);

/// <summary>
/// The source text of a table while it is parsed: its logical lines as Postfix reads them (a line that begins with a blank continues the
/// one before; empty lines and lines whose first character that is no blank is <c>#</c> count for nothing), and what was wrong with them.
/// </summary>
public sealed class TableText
{
    /// <summary>The most faults that are kept for one text; more of them tell nothing new.</summary>
    private const int MaxFaults = 100;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _table;
    private readonly ReadOnlyMemory<byte> _octets;
    private readonly List<ConfigFault> _faults = [];

    /// <param name="file">The file, for faults.</param>
    /// <param name="table">The table, for faults.</param>
    /// <param name="octets">The text in UTF-8.</param>
    /// <param name="folding">Which keys are the same.</param>
    public TableText(string file, string table, ReadOnlyMemory<byte> octets, KeyFolding folding)
    {
        File = file;
        _table = table;
        _octets = octets;
        Folding = folding;
    }

    /// <summary>The file that the text comes from.</summary>
    public string File { get; }

    /// <summary>Which keys are the same.</summary>
    public KeyFolding Folding { get; }

    /// <summary>What was found wrong so far.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>How many there were: of very many not all are kept.</summary>
    public int FaultCount { get; private set; }

    /// <summary>True if some line had to be skipped.</summary>
    public bool HasSkippedLines { get; private set; }

    /// <summary>The logical lines, without trailing blanks. To be read once.</summary>
    public IEnumerable<TableLine> Lines()
    {
        var logical = new StringBuilder();
        var first = 0;
        var number = 0;
        for (var rest = _octets; rest.Length > 0;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var octets = UpToNul((end < 0 ? rest : rest[..end]).Span).TrimEnd("\r\n\t "u8);
            rest = end < 0 ? default : rest[(end + 1)..];
            number++;
            if (octets.TrimStart(" \t"u8) is not [not (byte)'#', ..]) continue;
            var continues = octets[0] is (byte)' ' or (byte)'\t';
            if (continues && first == 0)
            {
                Skip(number, "logical line must not start with whitespace");
                continue;
            }
            if (Decode(octets, number) is not { } text) continue;
            if (!continues)
            {
                if (first > 0) yield return new TableLine(first, logical.ToString());
                logical.Clear();
                first = number;
            }
            logical.Append(text);
        }
        if (first > 0) yield return new TableLine(first, logical.ToString());
    }

    /// <summary>Records that something is odd, though the text can be used as it is.</summary>
    public void Warn(int line, string message)
    {
        FaultCount++;
        if (_faults.Count < MaxFaults) _faults.Add(new ConfigFault(FaultSeverity.Warning, File, line, _table, message));
    }

    /// <summary>Records that a key is there already.</summary>
    public void WarnOfDouble(int line, string key) => Warn(line, $"duplicate entry: \"{Folding.Fold(key)}\"");

    /// <summary>Records that a line makes no sense and is left out.</summary>
    public void Skip(int line, string message)
    {
        HasSkippedLines = true;
        Warn(line, $"{message} -- ignoring this line");
    }

    /// <summary>A line ends for Postfix, which is written in C, where a NUL stands.</summary>
    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> line) => line.IndexOf((byte)0) is >= 0 and var end ? line[..end] : line;

    private string? Decode(ReadOnlySpan<byte> octets, int number)
    {
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            Skip(number, "non-UTF-8 input");
            return null;
        }
    }
}
