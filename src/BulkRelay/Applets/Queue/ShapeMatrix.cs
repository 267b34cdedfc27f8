using System.Globalization;
using System.Text;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets.Queue;

/// <summary>The matrix of <c>qshape</c>: domains with the most mail first, ages in ranges that double.</summary>
/// <param name="buckets">Ranges of age.</param>
/// <param name="minutes">The length of the first one.</param>
/// <param name="isLinear">All ranges have that length.</param>
/// <param name="minimumOfParents">The least number of sub-domains for a parent domain; null: no parent domains.</param>
internal sealed class ShapeMatrix(int buckets, int minutes, bool isLinear, int? minimumOfParents)
{
    private const int LeastDomainWidth = 18;
    private const string Total = "TOTAL";

    /// <summary>Counts by domain: all ages, then each range.</summary>
    private readonly Dictionary<string, long[]> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _subdomains = new(StringComparer.Ordinal);

    /// <summary>The ends of all ranges but the last, as times before <paramref name="now"/>.</summary>
    public IReadOnlyList<DateTimeOffset> Bounds(DateTimeOffset now) => [.. Ends().Select(end => now - TimeSpan.FromMinutes(end))];

    public void Add(IReadOnlyList<ShapeCell> cells)
    {
        CountsOf(Total);
        foreach (var cell in cells)
        {
            Count(Total, cell);
            var domain = cell.Domain.Length > 0 ? cell.Domain : "MAILER-DAEMON";
            var isNew = Count(domain, cell);
            if (minimumOfParents is null) continue;
            for (var parent = ParentOf(domain); parent is not null; parent = ParentOf(parent))
            {
                if (isNew) _subdomains[parent] = _subdomains.GetValueOrDefault(parent) + 1;
                isNew = Count(parent, cell);
            }
        }
    }

    /// <summary>Prints it, the last column ending at the given width.</summary>
    public void Print(TextWriter output, int width)
    {
        // The heading of a range is the age at which it ends; that of the last, the age at which it begins.
        var ends = Ends().Select(Number).ToList();
        string[] heads = ["T", .. ends, $"{ends[^1]}+"];
        var totals = _counts[Total];
        int[] widths = [.. heads.Select((head, i) => Math.Max(Math.Max(head.Length, Number(totals[i]).Length) + 1, 3))];
        var domainWidth = Math.Max(LeastDomainWidth, width - widths.Sum());
        PrintRow("", heads, domainWidth, widths, output);
        foreach (var (domain, counts) in _counts.OrderByDescending(c => c.Value[0]).ThenBy(c => c.Key.Length).ThenBy(c => c.Key, StringComparer.Ordinal))
            if (!domain.StartsWith('.') || _subdomains.GetValueOrDefault(domain) >= minimumOfParents)
                PrintRow(domain, [.. counts.Select(Number)], domainWidth, widths, output);
    }

    private IEnumerable<long> Ends()
    {
        var end = 0L;
        for (var i = 1; i < buckets; i++) yield return end = end == 0 || isLinear ? end + minutes : end * 2;
    }

    /// <summary>True if the domain had no mail before.</summary>
    private bool Count(string domain, ShapeCell cell)
    {
        var counts = CountsOf(domain);
        var isNew = counts[0] == 0;
        counts[0] += cell.Count;
        counts[cell.Bucket + 1] += cell.Count;
        return isNew;
    }

    private long[] CountsOf(string domain)
    {
        if (!_counts.TryGetValue(domain, out var counts)) _counts.Add(domain, counts = new long[buckets + 1]);
        return counts;
    }

    /// <summary><c>.example.com</c> for <c>a.example.com</c>; null when that would be a top-level domain.</summary>
    private static string? ParentOf(string domain)
    {
        var dot = domain.IndexOf('.', 1);
        return dot > 0 && domain.IndexOf('.', dot + 1) > 0 ? domain[dot..] : null;
    }

    private static void PrintRow(string domain, string[] cells, int domainWidth, int[] widths, TextWriter output)
    {
        var row = new StringBuilder();
        if (domain.Length <= domainWidth) row.Append(domain.PadLeft(domainWidth));
        else if (domain[0] == '.') row.Append(".+").Append(domain[^(domainWidth - 2)..]);
        else row.Append('+').Append(domain[^(domainWidth - 1)..]);
        for (var i = 0; i < cells.Length; i++) row.Append(cells[i].PadLeft(widths[i]));
        output.WriteLine(row);
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
