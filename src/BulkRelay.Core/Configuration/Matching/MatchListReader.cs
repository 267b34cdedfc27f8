using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// Reads a match list: words separated by blanks or commas; <c>!</c> in front excludes; <c>/file</c> stands for the words in that file;
/// <c>type:name</c> is a table. Faults are reported to the set of tables; a part that cannot be read becomes a table that cannot answer,
/// so that the list neither matches everything nor silently nothing.
/// </summary>
internal sealed class MatchListReader(string parameter, LookupTableSet tables)
{
    private const int MaxNesting = 10;
    private const int MaxItems = 1_000_000;

    private readonly List<MatchListItem> _items = [];

    /// <summary>All elements in order.</summary>
    public IReadOnlyList<MatchListItem> Read(string list)
    {
        ReadWords(list, exclude: false, tables.Origin, line: 0, depth: 0);
        return _items;
    }

    /// <summary>Reports a fault at an element, and gives the table that takes its place.</summary>
    public ILookupTable Refuse(string pattern, string file, int line, string message)
    {
        tables.Report(new ConfigFault(FaultSeverity.Error, file, line, parameter, message));
        return new FailTable(pattern, $"{parameter}: {message}");
    }

    /// <summary>Reports what is odd about an element that can be used.</summary>
    public void Warn(MatchListItem item, string message) =>
        tables.Report(new ConfigFault(FaultSeverity.Warning, item.File, item.Line, parameter, message));

    private void ReadWords(string text, bool exclude, string file, int line, int depth)
    {
        if (ParameterList.TrySplit(text, out var fault) is not { } words)
        {
            _items.Add(new MatchListItem(exclude, text, Refuse(text, file, line, fault!), file, line));
            return;
        }
        foreach (var word in words) ReadWord(word, exclude, file, line, depth);
    }

    private void ReadWord(string word, bool exclude, string file, int line, int depth)
    {
        var pattern = word.TrimStart('!');
        exclude ^= (word.Length - pattern.Length) % 2 == 1;
        if (pattern.StartsWith('/')) ReadFile(pattern, exclude, file, line, depth);
        else if (_items.Count >= MaxItems) Add(exclude, pattern, Refuse(pattern, file, line, $"more than {MaxItems} patterns"), file, line);
        else if (pattern.Length == 0) Add(exclude, word, Refuse(word, file, line, $"no pattern after '{word}'"), file, line);
        else Add(exclude, pattern, NamesTable(pattern) ? Open(pattern, file, line) : null, file, line);
    }

    private void Add(bool exclude, string pattern, ILookupTable? table, string file, int line) =>
        _items.Add(new MatchListItem(exclude, pattern, table, file, line));

    private static bool NamesTable(string pattern) => pattern[0] != '[' && pattern.Contains(':', StringComparison.Ordinal);

    private ILookupTable Open(string pattern, string file, int line) =>
        CidrPattern.TryParse(pattern, out _, out _)
            ? Refuse(pattern, file, line, $"'{pattern}': write an IPv6 address in brackets, as in [2001:db8::]/32")
            : tables.Open(pattern, parameter);

    private void ReadFile(string path, bool exclude, string file, int line, int depth)
    {
        if (depth >= MaxNesting)
        {
            Add(exclude, path, Refuse(path, file, line, $"files are nested more than {MaxNesting} deep at {path}"), file, line);
            return;
        }
        try
        {
            var number = 0;
            foreach (var text in File.ReadLines(path))
            {
                number++;
                if (_items.Count > MaxItems) return;
                if (!text.AsSpan().TrimStart().StartsWith("#")) ReadWords(text, exclude, path, number, depth + 1);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Add(exclude, path, Refuse(path, file, line, $"cannot read the file of patterns {path}: {e.Message}"), file, line);
        }
    }
}
