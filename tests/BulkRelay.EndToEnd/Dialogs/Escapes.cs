using System.Globalization;
using System.Text;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>
/// Octets as a dialogue writes them: <c>\r \n \t \0 \\</c>, <c>\xHH</c>, and <c>\{80*a}</c> for a text eighty times. Other
/// characters stand for their UTF-8.
/// </summary>
internal static class Escapes
{
    public static byte[] Decode(string text)
    {
        var octets = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                octets.AddRange(DecodeOne(text, ref i));
                continue;
            }
            var length = char.IsHighSurrogate(text[i]) ? 2 : 1;
            octets.AddRange(Encoding.UTF8.GetBytes(text.Substring(i, length)));
            i += length - 1;
        }
        return [.. octets];
    }

    /// <summary>The reverse, for the message of a failed expectation.</summary>
    public static string Encode(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets)
        {
            text.Append(octet switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                (byte)'\\' => "\\\\",
                < 0x20 or >= 0x7F => string.Create(CultureInfo.InvariantCulture, $"\\x{octet:x2}"),
                _ => ((char)octet).ToString(),
            });
        }
        return text.ToString();
    }

    private static IEnumerable<byte> DecodeOne(string text, ref int i)
    {
        switch (text[++i])
        {
            case 'r': return "\r"u8.ToArray();
            case 'n': return "\n"u8.ToArray();
            case 't': return "\t"u8.ToArray();
            case '0': return [0];
            case '\\': return "\\"u8.ToArray();
            case 'x':
                i += 2;
                return [byte.Parse(text.AsSpan(i - 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)];
            case '{':
                var start = i + 1;
                var star = text.IndexOf('*', i);
                i = EndOfBraces(text, i);
                var repeated = Decode(text[(star + 1)..i]);
                var count = int.Parse(text.AsSpan(start, star - start), CultureInfo.InvariantCulture);
                return Enumerable.Repeat(repeated, count).SelectMany(r => r);
            default: throw new FormatException($"unknown escape \\{text[i]}");
        }
    }

    private static int EndOfBraces(string text, int start)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return i;
        }
        throw new FormatException("\\{ without }");
    }
}
