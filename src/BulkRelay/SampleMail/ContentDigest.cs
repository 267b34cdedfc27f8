using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Server.SampleMail;

/// <summary>What a destination can say about the content of a message.</summary>
internal enum ContentVerdict
{
    /// <summary>It carries no hash: nobody knows.</summary>
    Unknown,

    /// <summary>Every octet is as it was sent.</summary>
    Unchanged,

    /// <summary>It is not what was sent.</summary>
    Changed,
}

/// <summary>
/// A hash that travels in the message itself, so that a destination can judge content that it has never seen before. The field is the
/// first of the message as it is sent and speaks for every octet behind it, header and body; a relay puts its trace fields
/// (RFC 5321 4.4) before it.
/// </summary>
internal static class ContentDigest
{
    /// <summary>The name of the field. Its value is the SHA-256 of all that follows its line, in hexadecimal.</summary>
    public const string Field = "X-Content-SHA256";

    private static ReadOnlySpan<byte> Prefix => "X-Content-SHA256: "u8;

    /// <summary>The content with its hash before it.</summary>
    /// <param name="content">A message in canonical form: every line ends in CRLF.</param>
    public static byte[] Seal(ReadOnlySpan<byte> content) => [.. Encoding.ASCII.GetBytes($"{Field}: {Of(content)}\r\n"), .. content];

    /// <summary>Compares a message, stuffed dots taken off, with the hash that it carries.</summary>
    public static ContentVerdict Judge(ReadOnlySpan<byte> message)
    {
        var trace = TraceOf(message);
        if (trace < 0) return ContentVerdict.Unknown;
        var value = message[(trace + Prefix.Length)..];
        var end = value.IndexOf("\r\n"u8);
        if (end < 0) return ContentVerdict.Changed;
        var isSame = value[..end].SequenceEqual(Encoding.ASCII.GetBytes(Of(value[(end + 2)..])));
        return isSame && IsHeader(message[..trace]) ? ContentVerdict.Unchanged : ContentVerdict.Changed;
    }

    /// <summary>The octets that relays have put before the message as it was sent; -1 if it carries no hash in its header.</summary>
    public static int TraceOf(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            if (message[at..].StartsWith(Prefix)) return at;
            var line = message[at..].IndexOf((byte)'\n');
            // The header ends at an empty line, and so does every right to speak for the content.
            if (line < 0 || message.Slice(at, line).TrimEnd((byte)'\r').IsEmpty) return -1;
            at += line + 1;
        }
        return -1;
    }

    private static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Whether all lines are fields of a header, or their continuations.</summary>
    private static bool IsHeader(ReadOnlySpan<byte> trace)
    {
        while (!trace.IsEmpty)
        {
            var end = trace.IndexOf((byte)'\n') + 1;
            var line = trace[..end];
            if (line[0] is not ((byte)' ' or (byte)'\t') && line.IndexOf((byte)':') <= 0) return false;
            trace = trace[end..];
        }
        return true;
    }
}
