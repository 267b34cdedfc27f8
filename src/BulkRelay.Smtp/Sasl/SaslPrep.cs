using System.Globalization;
using System.Text;

namespace BulkRelay.Smtp.Sasl;

/// <summary>
/// Brings names and passwords into the form in which both sides of an authentication compare and hash them (SASLprep, RFC 4013). Characters
/// of any version of Unicode that this machine knows are taken, not only those of version 3.2, and the rule on writing directions is not
/// enforced: both only make a difference for texts that a strict implementation would refuse.
/// </summary>
public static class SaslPrep
{
    /// <summary>The prepared text; null if it holds what is prohibited: control characters, private use, unassigned, broken Unicode.</summary>
    public static string? Prepare(string text)
    {
        if (Ascii.IsValid(text)) return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : text;
        var normal = Normalize(text);
        return normal.EnumerateRunes().Any(IsProhibited) ? null : normal;
    }

    /// <summary>
    /// One form for texts that look the same: blanks of any kind become a space, what is invisible goes, compatible characters become one.
    /// What is prohibited stays, but for broken Unicode, which becomes U+FFFD.
    /// </summary>
    public static string Normalize(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSpace(rune)) mapped.Append(' ');
            else if (!MapsToNothing(rune.Value)) mapped.Append(rune.ToString());
        }
        return mapped.ToString().Normalize(NormalizationForm.FormKC);
    }

    /// <summary>RFC 3454, table C.1.2.</summary>
    private static bool IsSpace(Rune rune) => rune.Value == 0x200B || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    /// <summary>RFC 3454, table B.1.</summary>
    private static bool MapsToNothing(int value) =>
        value is 0xAD or 0x34F or 0x1806 or (>= 0x180B and <= 0x180D) or 0x200C or 0x200D or 0x2060 or (>= 0xFE00 and <= 0xFE0F) or 0xFEFF;

    /// <summary>RFC 3454, tables C.2 to C.9 and A.1, by the categories that they were made of.</summary>
    private static bool IsProhibited(Rune rune) => rune.Value is (>= 0x2FF0 and <= 0x2FFB) or 0xFFFC or 0xFFFD
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
