using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace BulkRelay.Smtp;

/// <summary>Header lines for ways that carry 7 bits only (RFC 2047).</summary>
public static class EncodedWord
{
    /// <summary>The charset of octets of which nobody has said what they mean (RFC 1428).</summary>
    public const string UnknownCharset = "unknown-8bit";

    /// <summary>RFC 2047 section 2 allows 75 octets in a word, with what stands around the text.</summary>
    private const int MostText = 75 - 12 - 7;

    /// <summary>
    /// Writes a line of a header: what stands behind the colon, without its end, or a line that goes on with the field before it. From the
    /// first word that holds an octet above 127 to the last such word it becomes encoded words, the rest stays as it is.
    /// </summary>
    public static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> line)
    {
        var first = line.IndexOfAnyExceptInRange((byte)0, (byte)127);
        if (first < 0)
        {
            output.Write(line);
            return;
        }
        var last = line.LastIndexOfAnyExceptInRange((byte)0, (byte)127);
        var start = line[..first].LastIndexOfAny((byte)' ', (byte)'\t') + 1;
        var end = line[last..].IndexOfAny((byte)' ', (byte)'\t') is var blank && blank < 0 ? line.Length : last + blank;
        output.Write(line[..start]);
        if (start == 0) output.Write(" "u8);
        WriteWords(output, line[start..end]);
        output.Write(line[end..]);
    }

    /// <summary>The charset of octets, as a label: UTF-8 if they are well formed, else unknown.</summary>
    public static string CharsetOf(ReadOnlySpan<byte> octets) => Utf8.IsValid(octets) ? "utf-8" : UnknownCharset;

    /// <summary>Writes a text as encoded words, each on a line of its own.</summary>
    public static void WriteWords(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        var charset = Encoding.ASCII.GetBytes(CharsetOf(text));
        Span<byte> encoded = stackalloc byte[MostText];
        for (var isFirst = true; !text.IsEmpty; isFirst = false)
        {
            var length = 0;
            var taken = 0;
            for (; taken < text.Length; taken++)
            {
                var size = IsPlain(text[taken]) ? 1 : 3;
                // No character may be torn apart: the first octet of one needs room for all four that it may have.
                var needed = text[taken] >= 0xC0 ? 12 : size;
                if (length + needed > MostText) break;
                if (size == 1) encoded[length] = text[taken] == ' ' ? (byte)'_' : text[taken];
                else QuotedPrintable.EncodeOctet(text[taken], encoded[length..]);
                length += size;
            }
            output.Write(isFirst ? "=?"u8 : "\r\n =?"u8);
            output.Write(charset);
            output.Write("?Q?"u8);
            output.Write(encoded[..length]);
            output.Write("?="u8);
            text = text[taken..];
        }
    }

    /// <summary>What may stand for itself wherever an encoded word may stand (RFC 2047 section 5 (3)).</summary>
    private static bool IsPlain(byte octet) =>
        char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)' ' or (byte)'!' or (byte)'*' or (byte)'+' or (byte)'-' or (byte)'/';
}
