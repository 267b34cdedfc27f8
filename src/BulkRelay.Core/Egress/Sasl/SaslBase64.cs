using System.Buffers;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>Base64 as SASL has it: nothing but the alphabet and its padding, no blanks.</summary>
internal static class SaslBase64
{
    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>The octets; null if it is not base64.</summary>
    public static byte[]? Decode(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(Alphabet)) return null;
        var octets = new byte[text.Length / 4 * 3];
        return Convert.TryFromBase64String(text, octets, out var length) ? octets[..length] : null;
    }
}
