using System.Text;
using System.Text.Unicode;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// Text as patterns in the C locale see it: a character for each octet of its UTF-8. Octets beyond ASCII stand for themselves in the
/// private use area of Unicode, where .NET knows no case, no letters and no blanks.
/// </summary>
internal static class OctetText
{
    private const char Base = '\uF700';
    private const char First = '\uF780';
    private const char Last = '\uF7FF';

    /// <summary>The character for an octet.</summary>
    public static char Of(byte octet) => octet < 0x80 ? (char)octet : (char)(Base + octet);

    /// <summary>A character for each octet of a text.</summary>
    public static string Encode(string text) =>
        Ascii.IsValid(text) ? text : string.Concat(Encoding.UTF8.GetBytes(text).Select(Of));

    /// <summary>The text again; null if the octets are no UTF-8 (half of a character).</summary>
    public static string? Decode(string octets)
    {
        if (Ascii.IsValid(octets)) return octets;
        byte[] bytes = [.. octets.Select(c => c is >= First and <= Last ? (byte)(c - Base) : (byte)c)];
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }
}
