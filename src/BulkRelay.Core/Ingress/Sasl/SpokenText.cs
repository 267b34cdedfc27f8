using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What a client said, as a log may show it: without what may be a password.</summary>
internal static class SpokenText
{
    private const string Hidden = "(hidden)";
    private const string Auth = "AUTH";

    /// <summary>The text up to what follows the mechanism of an AUTH command in it; line ends come out as <c>\r\n</c>.</summary>
    /// <param name="octets">What was said; the caller limits its length.</param>
    /// <param name="mayBeSecret">True if all of it may be an answer in an exchange that the client does not know to be over.</param>
    public static string Show(ReadOnlySpan<byte> octets, bool mayBeSecret)
    {
        if (mayBeSecret) return Hidden;
        var text = Encoding.UTF8.GetString(octets);
        for (var at = text.IndexOf(Auth, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(Auth, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text.AsSpan(at + Auth.Length);
            if (at > 0 && !char.IsWhiteSpace(text[at - 1]) || rest.IsEmpty || !char.IsWhiteSpace(rest[0])) continue;
            var mechanism = rest.TrimStart(" \t");
            var end = mechanism.IndexOfAny(" \t\r\n");
            if (end < 0) break;
            text = $"{text[..^(mechanism.Length - end)]} {Hidden}";
            break;
        }
        return text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
