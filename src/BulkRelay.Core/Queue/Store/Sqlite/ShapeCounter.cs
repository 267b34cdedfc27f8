using System.Text;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>Counts addresses by domain and age, row by row, without making a text of each row.</summary>
internal sealed class ShapeCounter
{
    private const int LongestDomain = 255;

    private readonly long[] _bounds;
    private readonly Dictionary<string, long[]> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    /// <param name="bounds">Times, the latest first.</param>
    public ShapeCounter(IReadOnlyList<DateTimeOffset> bounds)
    {
        _bounds = [.. bounds.Select(StoredTime.From)];
        _bySpan = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public IReadOnlyList<ShapeCell> Cells =>
        [.. _counts.SelectMany(d => d.Value.Select((count, bucket) => new ShapeCell(d.Key, bucket, count))).Where(c => c.Count > 0)];

    /// <param name="address">An address in UTF-8.</param>
    /// <param name="arrived">As stored.</param>
    public void Add(ReadOnlySpan<byte> address, long arrived)
    {
        var domain = address[(address.LastIndexOf((byte)'@') + 1)..];
        if (domain.Length > LongestDomain) domain = domain[..LongestDomain];
        Span<char> text = stackalloc char[LongestDomain];
        text = text[..Encoding.UTF8.GetChars(domain, text)];
        for (var i = 0; i < text.Length; i++)
            if (char.IsAsciiLetterUpper(text[i])) text[i] = (char)(text[i] | 0x20);
        if (!_bySpan.TryGetValue(text, out var counts)) _counts.Add(text.ToString(), counts = new long[_bounds.Length + 1]);
        var bucket = 0;
        while (bucket < _bounds.Length && arrived <= _bounds[bucket]) bucket++;
        counts[bucket]++;
    }
}
