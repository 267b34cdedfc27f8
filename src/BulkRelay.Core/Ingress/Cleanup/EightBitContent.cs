using System.Text;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Whether a message says of itself that it holds octets above 127 (RFC 2045 section 6.2). Octets of which nobody says so travel as they
/// are, as in Postfix: only what is declared needs a next hop with 8BITMIME.
/// </summary>
internal static class EightBitContent
{
    /// <summary>What is looked at of a line: room for the field and its value.</summary>
    private const int LongestStart = 64;

    /// <summary>
    /// True if there are such octets, and a header of the message or of a part of it declares them. ASCII is looked at once.
    /// </summary>
    public static bool IsDeclared(MessageContent content)
    {
        foreach (var segment in content.Segments)
            if (!Ascii.IsValid(segment.Span)) return HasField(content);
        return false;
    }

    private static bool HasField(MessageContent content)
    {
        Span<byte> line = stackalloc byte[LongestStart];
        var (length, isInHeader) = (0, true);
        foreach (var segment in content.Segments)
        {
            for (var rest = segment.Span; !rest.IsEmpty;)
            {
                var end = rest.IndexOf((byte)'\n');
                var part = end < 0 ? rest : rest[..end];
                part = part[..Math.Min(part.Length, LongestStart - length)];
                part.CopyTo(line[length..]);
                length += part.Length;
                if (end < 0) break;
                var start = line[..length].TrimEnd((byte)'\r');
                if (isInHeader && Declares(start)) return true;
                // A header follows each boundary. What only looks like one does no harm: text does not hold the field.
                isInHeader = start.StartsWith("--"u8) || (isInHeader && !start.IsEmpty);
                length = 0;
                rest = rest[(end + 1)..];
            }
        }
        return false;
    }

    private static bool Declares(ReadOnlySpan<byte> line)
    {
        var name = "Content-Transfer-Encoding"u8;
        if (line.Length <= name.Length || !Ascii.EqualsIgnoreCase(line[..name.Length], name)) return false;
        var value = line[name.Length..].TrimStart(" \t"u8);
        if (!value.StartsWith(":"u8)) return false;
        value = value[1..].Trim(" \t"u8);
        return Ascii.EqualsIgnoreCase(value, "8bit"u8) || Ascii.EqualsIgnoreCase(value, "binary"u8);
    }
}
