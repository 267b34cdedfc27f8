using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// Named sets of characters, as the C locale has them. Mail software matches octets; the sets of .NET for <c>\w</c>, <c>\d</c>
/// and <c>\s</c> hold all of Unicode and would match more. What is not ASCII is here as an octet (<see cref="OctetText"/>) and as a character.
/// </summary>
internal static class CharacterClasses
{
    private static readonly Dictionary<string, string> ByName = new(StringComparer.Ordinal)
    {
        ["alnum"] = "09AZaz",
        ["alpha"] = "AZaz",
        ["ascii"] = "\0\x7f",
        ["blank"] = "\t\t  ",
        ["horizontal"] = "\t\t  \xa0\xa0\u1680\u1680\u180e\u180e\u2000\u200a\u202f\u202f\u205f\u205f\u3000\u3000\uf7a0\uf7a0",
        ["cntrl"] = "\0\x1f\x7f\x7f",
        ["digit"] = "09",
        ["graph"] = "!~",
        ["lower"] = "az",
        ["print"] = " ~",
        ["punct"] = "!/:@[`{~",
        ["space"] = "\t\r  ",
        ["upper"] = "AZ",
        ["word"] = "09AZ__az",
        ["xdigit"] = "09AFaf",
        ["vertical"] = "\n\r\x85\x85\u2028\u2029\uf785\uf785",
    };

    /// <summary>The name of the set that an escape stands for (<c>d w s h v</c>, in upper case for what is not in it); null for others.</summary>
    public static string? OfEscape(char letter) => char.ToLowerInvariant(letter) switch
    {
        'd' => "digit",
        'w' => "word",
        's' => "space",
        'h' => "horizontal",
        'v' => "vertical",
        _ => null,
    };

    /// <summary>The set as ranges to stand between <c>[</c> and <c>]</c> of a .NET pattern; null if there is no set of that name.</summary>
    public static string? Ranges(string name, bool complement)
    {
        if (!ByName.TryGetValue(name, out var bounds)) return null;
        var ranges = new StringBuilder();
        var next = 0;
        for (var i = 0; i < bounds.Length; i += 2)
        {
            if (!complement) AppendRange(ranges, bounds[i], bounds[i + 1]);
            else if (bounds[i] > next) AppendRange(ranges, (char)next, (char)(bounds[i] - 1));
            next = bounds[i + 1] + 1;
        }
        if (complement) AppendRange(ranges, (char)next, char.MaxValue);
        return ranges.ToString();
    }

    /// <summary>A character that stands for itself, wherever in a .NET pattern.</summary>
    public static string Literal(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '_' or '@' or '%' or '/' or '=' or ':' or ';' or ',' or '<' or '>' or '!' or '"' or '\'' or '&' or '~' or '`' or '}'
            ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:X4}");

    private static void AppendRange(StringBuilder ranges, char first, char last)
    {
        ranges.Append(Literal(first));
        if (last > first) ranges.Append('-').Append(Literal(last));
    }
}
