using System.Text;
using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// The result of a rule with <c>$1</c>, <c>${1}</c>, <c>$(1)</c> for the text of a group and <c>$$</c> for a dollar sign. A group that took no
/// part in the match is empty.
/// </summary>
internal sealed class ResultTemplate
{
    private readonly List<(string Text, int Group)> _parts = [];

    private string _literal = "";

    private ResultTemplate()
    {
    }

    /// <summary>True if there is a group in it.</summary>
    public bool HasGroups => _parts.Count > 1;

    /// <summary>The greatest number of a group in it.</summary>
    public int MaxGroup => _parts.Max(p => p.Group);

    /// <summary>The result with <see cref="TableEntry.Unknown"/> in place of each group.</summary>
    public string Outline => string.Join(TableEntry.Unknown, _parts.Select(p => p.Text));

    /// <summary>Reads a template.</summary>
    /// <exception cref="PatternException">A <c>$</c> is followed by something else.</exception>
    public static ResultTemplate Parse(string text)
    {
        var template = new ResultTemplate();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$') literal.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == '$') literal.Append(text[++i]);
            else
            {
                template._parts.Add((literal.ToString(), Group(text, ref i)));
                literal.Clear();
            }
        }
        template._literal = literal.ToString();
        template._parts.Add((template._literal, 0));
        return template;
    }

    /// <summary>The result for a text that the pattern matches (or for a negated one, does not); null if groups that are half a character make it no UTF-8.</summary>
    /// <exception cref="RegexMatchTimeoutException">The groups were not found in time.</exception>
    public string? Expand(BoundedRegex pattern, string key)
    {
        if (!HasGroups) return _literal;
        var match = pattern.Match(key);
        var result = new StringBuilder();
        foreach (var (text, group) in _parts)
        {
            result.Append(pattern.Encode(text));
            if (group > 0) result.Append(match.Groups[group].ValueSpan);
        }
        return pattern.Decode(result.ToString());
    }

    private static int Group(string text, ref int at)
    {
        var start = at + 1;
        var close = start < text.Length ? text[start] switch { '{' => '}', '(' => ')', _ => '\0' } : '\0';
        if (close != '\0') start++;
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        var name = text[start..end];
        if (close != '\0' && (end == text.Length || text[end] != close)) throw new PatternException($"missing '{close}' in \"{text}\"");
        at = close == '\0' ? end - 1 : end;
        if (name.Length == 0) throw new PatternException($"empty macro name: \"{text}\"");
        if (!int.TryParse(name, out var group)) throw new PatternException($"non-numeric replacement index \"{name}\"");
        return group > 0 ? group : throw new PatternException($"out of range replacement index \"{name}\"");
    }
}
