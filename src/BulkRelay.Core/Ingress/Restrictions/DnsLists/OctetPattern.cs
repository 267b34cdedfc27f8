using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>
/// A pattern for IPv4 addresses, <c>d.d.d.d</c>: each <c>d</c> is a number, or <c>[n;n..m]</c> with numbers and ranges (postconf(5),
/// <c>reject_rbl_client</c>). Selects among the answers of a DNS list.
/// </summary>
internal sealed class OctetPattern
{
    private const int Octets = 4;

    private readonly List<(byte From, byte To)>[] _ranges;

    private OctetPattern(List<(byte From, byte To)>[] ranges) => _ranges = ranges;

    /// <summary>Reads a pattern; null if it is none.</summary>
    public static OctetPattern? Parse(string text)
    {
        var ranges = new List<(byte From, byte To)>[Octets];
        var rest = text.AsSpan();
        for (var i = 0; i < Octets; i++)
        {
            if (i > 0)
            {
                if (rest is not ['.', .. var next]) return null;
                rest = next;
            }
            if (TakeOctet(ref rest) is not { } octet) return null;
            ranges[i] = octet;
        }
        return rest.IsEmpty ? new OctetPattern(ranges) : null;
    }

    /// <summary>Whether the address fits.</summary>
    public bool Matches(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork) return false;
        var octets = address.GetAddressBytes();
        for (var i = 0; i < Octets; i++)
        {
            if (!_ranges[i].Exists(r => octets[i] >= r.From && octets[i] <= r.To)) return false;
        }
        return true;
    }

    private static List<(byte From, byte To)>? TakeOctet(ref ReadOnlySpan<char> rest)
    {
        if (rest is not ['[', ..])
        {
            var end = rest.IndexOf('.') is >= 0 and var dot ? dot : rest.Length;
            var number = TryReadRange(rest[..end]);
            rest = rest[end..];
            return number is { } single ? [single] : null;
        }
        var close = rest.IndexOf(']');
        if (close < 0) return null;
        var ranges = new List<(byte From, byte To)>();
        foreach (var part in rest[1..close].Split(';'))
        {
            if (TryReadRange(rest[1..close][part]) is not { } range) return null;
            ranges.Add(range);
        }
        rest = rest[(close + 1)..];
        return ranges;
    }

    private static (byte From, byte To)? TryReadRange(ReadOnlySpan<char> text)
    {
        var dots = text.IndexOf("..");
        if (!TryReadByte(dots < 0 ? text : text[..dots], out var from)) return null;
        if (dots < 0) return (from, from);
        return TryReadByte(text[(dots + 2)..], out var to) && to >= from ? (from, to) : null;
    }

    private static bool TryReadByte(ReadOnlySpan<char> text, out byte value) =>
        byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
