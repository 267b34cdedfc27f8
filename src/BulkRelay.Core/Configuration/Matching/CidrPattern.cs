using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// An address or a network as Postfix writes it: <c>192.0.2.1</c>, <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, with or without
/// <c>[ ]</c> around the address or around the whole.
/// </summary>
/// <param name="Address">The address as a number; an IPv4 address takes the low 32 bits.</param>
/// <param name="PrefixLength">How many leading bits must match: 0 to 32, or to 128.</param>
/// <param name="IsIPv6">The family.</param>
public readonly record struct CidrPattern(UInt128 Address, int PrefixLength, bool IsIPv6)
{
    /// <summary>
    /// Reads a pattern; on failure <paramref name="fault"/> says what is wrong, in Postfix's words. If that is only that bits of the host
    /// are set, <paramref name="pattern"/> is the network without them; else it is the default value.
    /// </summary>
    public static bool TryParse(string text, out CidrPattern pattern, out string fault)
    {
        pattern = default;
        fault = $"bad address pattern: \"{text}\"";
        if (!TryStripBrackets(text, out var bare)) return false;
        var slash = bare.IndexOf('/', StringComparison.Ordinal);
        if (!TryParseAddress(slash < 0 ? bare : bare[..slash], out var address, out var isIPv6)) return false;
        var bits = isIPv6 ? 128 : 32;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(bare.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            fault = $"bad mask length in \"{text}\"";
            return false;
        }
        pattern = new CidrPattern(address & Mask(length, isIPv6), length, isIPv6);
        if (pattern.Address == address) return true;
        fault = $"non-null host address bits in \"{text}\", perhaps you should use \"{pattern}\" instead";
        return false;
    }

    /// <summary>Reads an address: four decimal octets without leading zeros, or IPv6 without a scope.</summary>
    public static bool TryParseAddress(ReadOnlySpan<char> text, out UInt128 address, out bool isIPv6)
    {
        address = default;
        isIPv6 = text.Contains(':');
        if (text.Contains('%') || text.Contains('[') || text.ContainsAny(" \t")) return false;
        if (!isIPv6 && !IsDottedQuad(text)) return false;
        return IPAddress.TryParse(text, out var parsed) && parsed.AddressFamily == (isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            && ToNumber(parsed, out address, out isIPv6);
    }

    /// <summary>The address as a number. IPv4 addresses that came in IPv6 form (<c>::ffff:192.0.2.1</c>) are left as they are.</summary>
    public static bool ToNumber(IPAddress address, out UInt128 number, out bool isIPv6)
    {
        Span<byte> octets = stackalloc byte[16];
        isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        number = default;
        if (!address.TryWriteBytes(octets, out var length)) return false;
        number = length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(octets) : BinaryPrimitives.ReadUInt128BigEndian(octets);
        return true;
    }

    /// <summary>The bits that a prefix of that length covers.</summary>
    public static UInt128 Mask(int prefixLength, bool isIPv6)
    {
        var bits = isIPv6 ? 128 : 32;
        var all = isIPv6 ? UInt128.MaxValue : uint.MaxValue;
        return prefixLength == 0 ? UInt128.Zero : (all << (bits - prefixLength)) & all;
    }

    /// <summary>True if the address lies in the network.</summary>
    public bool Contains(UInt128 address, bool isIPv6) => isIPv6 == IsIPv6 && (address & Mask(PrefixLength, isIPv6)) == Address;

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(octets, Address);
        return string.Create(CultureInfo.InvariantCulture, $"{new IPAddress(IsIPv6 ? octets : octets[12..])}/{PrefixLength}");
    }

    private static bool TryStripBrackets(string text, out string bare)
    {
        bare = text;
        if (!text.StartsWith('[')) return true;
        var close = text.IndexOf(']', StringComparison.Ordinal);
        if (close < 0) return false;
        bare = string.Concat(text.AsSpan(1, close - 1), text.AsSpan(close + 1));
        return close == text.Length - 1 || text[close + 1] == '/';
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        var octets = 0;
        foreach (var part in text.Split('.'))
        {
            var digits = text[part];
            octets++;
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0')) return false;
        }
        return octets == 4;
    }
}
