using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Dns;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Proxying;

/// <summary>
/// The <c>name=value</c> pairs behind XCLIENT and XFORWARD: xtext (RFC 3461 section 4), or plain text as Postfix before 2.3 sent it, up to
/// 255 characters. What is not printable ASCII becomes a question mark.
/// </summary>
internal static class ProxyAttributes
{
    /// <summary>The value of something that is not known.</summary>
    public const string Unavailable = "[UNAVAILABLE]";

    /// <summary>The value of a name that could not be looked up for now.</summary>
    public const string TemporarilyUnavailable = "[TEMPUNAVAIL]";

    private const int MaxValue = 255;

    private static readonly Reply PairExpected = new("501 5.5.4 Error: attribute=value expected");
    private static readonly Reply TooLong = new("501 5.5.4 Error: attribute value too long");

    /// <summary>
    /// Hands each pair to <paramref name="apply"/>, which answers false for a name that it does not know and null for a value that it does
    /// not understand. Null, or the reply that refuses the command.
    /// </summary>
    public static Reply? Read(string verb, ReadOnlySpan<byte> argument, Func<string, string, bool?> apply)
    {
        foreach (var range in argument.SplitAny(" \t"u8))
        {
            var word = argument[range];
            if (word.IsEmpty) continue;
            var equals = word.IndexOf((byte)'=');
            if (equals < 0 || equals == word.Length - 1) return PairExpected;
            var raw = word[(equals + 1)..];
            if (raw.Length > MaxValue) return TooLong;
            var name = Printable(word[..equals]);
            var value = Printable(Xtext.Decode(raw) ?? raw.ToArray());
            switch (apply(name.ToUpperInvariant(), value))
            {
                case false: return new Reply($"501 5.5.4 Bad {verb} attribute name: {name}");
                case null: return new Reply($"501 5.5.4 Bad {name.ToUpperInvariant()} syntax: {value}");
            }
        }
        return null;
    }

    /// <summary>True for <c>[UNAVAILABLE]</c> in any case.</summary>
    public static bool IsUnavailable(string value) => value.Equals(Unavailable, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for what can be a host's name.</summary>
    public static bool IsHostName(string value) => value.Length <= MaxValue && DnsName.IsHostName(value);

    /// <summary>An IPv4 address, or an IPv6 address behind <c>IPV6:</c>; null for anything else.</summary>
    public static IPAddress? ParseAddress(string value)
    {
        if (value.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            return IPAddress.TryParse(value[5..], out var six) && six is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 } ? six : null;
        return AddressLiteral.Parse(value) is { AddressFamily: AddressFamily.InterNetwork } four ? four : null;
    }

    /// <summary>A port, 0 if it is not known; null for what is no port.</summary>
    public static int? ParsePort(string value)
    {
        if (IsUnavailable(value)) return 0;
        return value.Length <= 5 && ushort.TryParse(value, System.Globalization.NumberStyles.None, null, out var port) ? port : null;
    }

    private static string Printable(ReadOnlySpan<byte> octets) => string.Create(octets.Length, octets, static (text, from) =>
    {
        for (var i = 0; i < text.Length; i++) text[i] = from[i] is >= 0x20 and < 0x7F ? (char)from[i] : '?';
    });
}
