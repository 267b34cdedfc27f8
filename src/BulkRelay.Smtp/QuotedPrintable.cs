using System.Buffers;

namespace BulkRelay.Smtp;

/// <summary>The encoding of text for ways that carry 7 bits only (RFC 2045 section 6.7).</summary>
public static class QuotedPrintable
{
    /// <summary>RFC 2045 section 6.7 rule 5: longer lines are broken by a soft line end.</summary>
    private const int Width = 76;

    /// <summary>Encodes lines that end in CRLF; the last one may have no end.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf("\r\n"u8);
            WriteLine(output, end < 0 ? text : text[..end]);
            if (end < 0) return;
            output.Write("\r\n"u8);
            text = text[(end + 2)..];
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> line)
    {
        Span<byte> encoded = stackalloc byte[3];
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var isPlain = line[i] is >= (byte)'!' and <= (byte)'~' and not (byte)'='
                || (line[i] is (byte)' ' or (byte)'\t' && i + 1 < line.Length);
            if (isPlain) encoded[0] = line[i];
            else EncodeOctet(line[i], encoded);
            var piece = encoded[..(isPlain ? 1 : 3)];
            // What ends its line needs no room for a soft line end.
            if (column + piece.Length > (i + 1 < line.Length ? Width - 1 : Width))
            {
                output.Write("=\r\n"u8);
                column = 0;
            }
            output.Write(piece);
            column += piece.Length;
        }
    }

    /// <summary>Writes one octet as <c>=HH</c>.</summary>
    public static void EncodeOctet(byte octet, Span<byte> encoded)
    {
        encoded[0] = (byte)'=';
        encoded[1] = "0123456789ABCDEF"u8[octet >> 4];
        encoded[2] = "0123456789ABCDEF"u8[octet & 15];
    }
}
