using System.Buffers;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// The octets that content may not hold (<c>message_reject_characters</c>), and those that are taken out of it
/// (<c>message_strip_characters</c>). Ends of lines are no part of a line: neither counts for them.
/// </summary>
internal sealed class ContentCharacters
{
    /// <summary>As much of a line is shown in the log.</summary>
    private const int MaxShown = 200;

    private readonly SearchValues<byte> _rejected;
    private readonly SearchValues<byte> _stripped;

    private ContentCharacters(byte[] rejected, byte[] stripped)
    {
        (_rejected, _stripped) = (SearchValues.Create(rejected), SearchValues.Create(stripped));
        AllowsNul = rejected.Contains((byte)0) || stripped.Contains((byte)0);
    }

    /// <summary>True if it is said here what becomes of NUL, which is refused otherwise.</summary>
    public bool AllowsNul { get; }

    /// <summary>What the configuration says; null if it says nothing.</summary>
    public static ContentCharacters? For(ConfigSnapshot snapshot)
    {
        var rejected = Octets(snapshot.Get(CleanupParameters.MessageRejectCharacters));
        var stripped = Octets(snapshot.Get(CleanupParameters.MessageStripCharacters));
        return rejected.Length + stripped.Length == 0 ? null : new ContentCharacters(rejected, stripped);
    }

    /// <summary>Where in canonical content the first octet is that it may not hold; -1 if there is none.</summary>
    public int FindRejected(ReadOnlySpan<byte> content) => content.IndexOfAny(_rejected);

    /// <summary>Takes out of content what is to be taken out, and returns the length of what stays.</summary>
    public int Strip(Span<byte> content)
    {
        var length = content.IndexOfAny(_stripped);
        if (length < 0) return content.Length;
        for (var at = length; at < content.Length;)
        {
            if (_stripped.Contains(content[at]))
            {
                at++;
                continue;
            }
            var run = content[at..].IndexOfAny(_stripped) is >= 0 and var next ? next : content.Length - at;
            content.Slice(at, run).CopyTo(content[length..]);
            length += run;
            at += run;
        }
        return length;
    }

    /// <summary>The line around an octet, for the log: as far as a NUL, and no longer than the log shows it.</summary>
    public static string LineAround(ReadOnlySpan<byte> content, int at)
    {
        var line = content[(content[..at].LastIndexOf((byte)'\n') + 1)..];
        if (line.IndexOfAny("\r\n\0"u8) is >= 0 and var end) line = line[..end];
        return Encoding.UTF8.GetString(line[..Math.Min(line.Length, MaxShown)]);
    }

    /// <summary>The value by its octets: what is written as it is in UTF-8, and with C's escapes any other.</summary>
    private static byte[] Octets(string value)
    {
        var text = EscapedText.Decode(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value)));
        return [.. Encoding.Latin1.GetBytes(text).Distinct().Where(octet => octet is not ((byte)'\r' or (byte)'\n'))];
    }
}
