using System.Globalization;
using System.Text.RegularExpressions;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>Compares what two servers did in one dialogue.</summary>
/// <param name="meant">What is meant to differ in it.</param>
internal sealed partial class TalkComparison(IEnumerable<Difference> meant)
{
    private readonly List<Difference> _meant = [.. meant];
    private readonly HashSet<Difference> _seen = [];
    private readonly List<string> _faults = [];

    /// <summary>What differs and is not meant to, and what is meant to differ and does not.</summary>
    public IReadOnlyList<string> Faults =>
        [.. _faults, .. _meant.Except(_seen).Select(d => $"\nDIFFERENCES.md lists what does not differ like this:\npostfix: {d.Postfix}\nrelay:   {d.Relay}")];

    /// <summary>Compares what one side has with what the other has, in this order. What only one of them has leaves the rest as it is.</summary>
    public void AddAll(string prefix, IEnumerable<string> postfix, IEnumerable<string> relay)
    {
        var (left, right) = (postfix.Select(l => prefix + Visible(l)).ToList(), relay.Select(r => prefix + Visible(r)).ToList());
        var (i, j) = (0, 0);
        foreach (var (nextLeft, nextRight) in Common(left, right).Append((left.Count, right.Count)))
        {
            for (; i < nextLeft || j < nextRight; i++, j++)
                Add(i < nextLeft ? left[i] : $"{prefix}(none)", j < nextRight ? right[j] : $"{prefix}(none)");
            (i, j) = (nextLeft + 1, nextRight + 1);
        }
    }

    /// <summary>Characters that cannot be seen, or change how others are seen, in the way of C#, and long runs in that of the dialogues.</summary>
    private static string Visible(string text) => Runs().Replace(string.Concat(text.Select(c => char.GetUnicodeCategory(c) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString())), run => string.Create(CultureInfo.InvariantCulture, $"\\{{{run.Length}*{run.ValueSpan[0]}}}"));

    [GeneratedRegex(@"(.)\1{79,}")]
    private static partial Regex Runs();

    /// <summary>The places of the longest sequence that both lists have.</summary>
    private static IEnumerable<(int Left, int Right)> Common(List<string> left, List<string> right)
    {
        var lengths = new int[left.Count + 1, right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
            for (var j = right.Count - 1; j >= 0; j--)
                lengths[i, j] = left[i] == right[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        for (var (i, j) = (0, 0); i < left.Count && j < right.Count;)
        {
            if (left[i] == right[j]) yield return (i++, j++);
            else if (lengths[i + 1, j] >= lengths[i, j + 1]) i++;
            else j++;
        }
    }

    private void Add(string postfix, string relay)
    {
        var known = _meant.Find(d => d.Postfix == postfix && d.Relay == relay);
        if (known is null) _faults.Add($"\npostfix: {postfix}\nrelay:   {relay}");
        else _seen.Add(known);
    }
}
