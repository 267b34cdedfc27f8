using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace BulkRelay.Smtp;

/// <summary>
/// The encoding of ESMTP parameter values, RFC 3461 section 4: printable characters but <c>+</c> and <c>=</c>, and <c>+HH</c>.
/// </summary>
public static class Xtext
{
    /// <summary>Printable ASCII but <c>+</c> and <c>=</c>.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not ('+' or '='))]);

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    /// <summary>
    /// The value as xtext that is well formed. <c>=</c> and hexadecimal digits in lower case are taken, as Postfix does. Null if it cannot be
    /// decoded or what it encodes is not printable ASCII: an encoded line end or control character would travel into headers, reports and
    /// logs once somebody decodes it.
    /// </summary>
    public static string? ToPrintable(ReadOnlySpan<byte> value) =>
        Decode(value) is { } decoded && !decoded.AsSpan().ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Encode(Encoding.ASCII.GetString(decoded)) : null;

    /// <summary>
    /// Whether the value is UTF-8, with nothing encoded and no blank or control character: the address of an ORCPT may be that as well
    /// (RFC 6533: <c>utf-8;…</c>, sent raw after SMTPUTF8).
    /// </summary>
    public static bool IsUtf8(ReadOnlySpan<byte> value)
    {
        foreach (var octet in value)
        {
            if (octet is <= 0x20 or 0x7F or (byte)'+' or (byte)'=') return false;
        }
        return Utf8.IsValid(value);
    }

    /// <summary>What the value encodes; null if it is not well formed. It may hold anything.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> xtext)
    {
        var decoded = new byte[xtext.Length];
        var length = 0;
        for (var i = 0; i < xtext.Length; i++)
        {
            var octet = xtext[i];
            if (octet == '+')
            {
                if (i + 2 >= xtext.Length || !Hex.Contains(xtext[i + 1]) || !Hex.Contains(xtext[i + 2])) return null;
                octet = (byte)(Digit(xtext[i + 1]) << 4 | Digit(xtext[i + 2]));
                i += 2;
            }
            decoded[length++] = octet;
        }
        return decoded[..length];
    }

    /// <summary>Encodes a text. One of which no character needs it (as a rule) comes back as it is.</summary>
    public static string Encode(string text)
    {
        if (text.AsSpan().IndexOfAnyExcept(Plain) < 0) return text;
        var xtext = new StringBuilder(text.Length + 8);
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            if (Plain.Contains((char)octet)) xtext.Append((char)octet);
            else xtext.Append(CultureInfo.InvariantCulture, $"+{octet:X2}");
        }
        return xtext.ToString();
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
