using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Dns;

/// <summary>
/// Domain names as text and on the wire (RFC 1035 sections 2.3.4, 3.1, 4.1.4). As text: lower case, A-labels, no final dot,
/// <c>.</c> for the root, and <c>\DDD</c> for an octet that would be mistaken for something else.
/// </summary>
internal static class DnsName
{
    public const int MaxLabelLength = 63;

    /// <summary>The most octets of a name on the wire, lengths and root included.</summary>
    public const int MaxLength = 255;

    /// <summary>A name has at most 127 labels; one with more pointers than that is made to keep the reader busy.</summary>
    private const int MaxPointers = 127;

    private static readonly IdnMapping Idn = new() { AllowUnassigned = false };

    /// <summary>Brings a name into the form above. False if no such name can exist in DNS.</summary>
    public static bool TryNormalize(string text, out string name)
    {
        name = text.EndsWith('.') && text.Length > 1 ? text[..^1] : text;
        if (name == ".") return true;
        if (!Ascii.IsValid(name) && !TryToAscii(ref name)) return false;
        if (name.Length + 2 > MaxLength) return false;
        foreach (var label in name.AsSpan().Split('.'))
            if (!IsLabel(name.AsSpan(label))) return false;
        name = name.ToLowerInvariant();
        return true;
    }

    /// <summary>
    /// True if a name from an answer may be used as the name of a host: letters, digits, hyphens and underscores, no hyphen at
    /// either end of a label. Underscores are not legal and yet in use; Postfix accepts them too.
    /// </summary>
    public static bool IsHostName(string name)
    {
        foreach (var range in name.AsSpan().Split('.'))
        {
            var label = name.AsSpan(range);
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-') return false;
            foreach (var c in label)
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
        }
        return true;
    }

    /// <summary>True if a name is that of a zone, or below it.</summary>
    public static bool IsWithin(string name, string zone) =>
        zone == "." || (name.EndsWith(zone, StringComparison.Ordinal) && (name.Length == zone.Length || name[^(zone.Length + 1)] == '.'));

    /// <summary>Writes a normalised name without compression. Returns the octets written.</summary>
    public static int Write(string name, Span<byte> to)
    {
        var at = 0;
        if (name != ".")
        {
            foreach (var range in name.AsSpan().Split('.'))
            {
                var label = name.AsSpan(range);
                to[at] = (byte)label.Length;
                at += 1 + Encoding.ASCII.GetBytes(label, to[(at + 1)..]);
            }
        }
        to[at] = 0;
        return at + 1;
    }

    /// <summary>
    /// Reads a name, compressed or not, and moves <paramref name="at"/> behind it. A pointer must point before the place where the
    /// part of the name that it ends began, so that no name can run in a circle.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        name = ".";
        var text = new StringBuilder();
        int length = 1, read = at, partStart = at, end = -1, pointers = 0;
        while (read < message.Length)
        {
            var octet = message[read++];
            if (octet == 0)
            {
                if (text.Length > 0) name = text.ToString();
                at = end < 0 ? read : end;
                return true;
            }
            if (octet <= MaxLabelLength)
            {
                length += octet + 1;
                if (length > MaxLength || read + octet > message.Length) return false;
                AppendLabel(text, message.Slice(read, octet));
                read += octet;
                continue;
            }
            if ((octet & 0xC0) != 0xC0 || read == message.Length) return false;
            var target = (octet & 0x3F) << 8 | message[read++];
            if (target >= partStart || ++pointers > MaxPointers) return false;
            if (end < 0) end = read;
            read = partStart = target;
        }
        return false;
    }

    private static bool TryToAscii(ref string name)
    {
        try
        {
            name = Idn.GetAscii(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsLabel(ReadOnlySpan<char> label) =>
        label.Length is > 0 and <= MaxLabelLength && !label.ContainsAnyExceptInRange('!', '~') && !label.Contains('\\');

    private static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0) text.Append('.');
        foreach (var octet in label)
        {
            if (octet is > (byte)' ' and < 0x7F and not (byte)'.' and not (byte)'\\') text.Append(char.ToLowerInvariant((char)octet));
            else text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }
    }
}
