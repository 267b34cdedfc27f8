using System.Buffers;
using System.Text;

namespace BulkRelay.Smtp;

/// <summary>
/// Writes SMTP command lines. This is the only place where text becomes a command, and it lets no control character through: a CR or
/// LF from an address, a table or a peer would otherwise be a command of somebody else's choice.
/// </summary>
public static class CommandWriter
{
    /// <summary>Writes one command, its parts in order with nothing between them, in UTF-8, and CRLF.</summary>
    /// <exception cref="ArgumentException">A part holds a control character: whoever made it should have refused it.</exception>
    public static void Write(IBufferWriter<byte> output, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (part.AsSpan().IndexOfAnyInRange('\0', '\x1F') >= 0 || part.Contains('\x7F'))
                throw new ArgumentException($"control character in an SMTP command: '{Escape(parts)}'", nameof(parts));
        }
        foreach (var part in parts)
        {
            var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(part.Length));
            output.Advance(Encoding.UTF8.GetBytes(part, span));
        }
        output.Write("\r\n"u8);
    }

    private static string Escape(ReadOnlySpan<string> parts) =>
        string.Concat(string.Concat(parts).Select(c => char.IsControl(c) ? '?' : c));
}
