using System.Buffers.Binary;
using System.Net;
using System.Text;
using BulkRelay.Core.Dns;

namespace BulkRelay.Tests.TestKit;

/// <summary>Writes DNS messages octet by octet, the wrong ones too: it shares nothing with the reader under test but the numbers of the types.</summary>
public static class DnsWire
{
    public const int HeaderLength = 12;

    public static byte[] Name(string name)
    {
        var octets = new List<byte>();
        foreach (var label in name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            octets.Add((byte)label.Length);
            octets.AddRange(Encoding.Latin1.GetBytes(label));
        }
        octets.Add(0);
        return [.. octets];
    }

    public static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] UInt32(long value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Record(string name, DnsType type, long ttl, byte[] data) =>
        [.. Name(name), .. UInt16((int)type), .. UInt16(1), .. UInt32(ttl), .. UInt16(data.Length), .. data];

    public static byte[] Mx(int preference, string exchange) => [.. UInt16(preference), .. Name(exchange)];

    public static byte[] Address(string address) => IPAddress.Parse(address).GetAddressBytes();

    public static byte[] Txt(params string[] strings) => [.. strings.SelectMany(s => (byte[])[(byte)s.Length, .. Encoding.Latin1.GetBytes(s)])];

    public static byte[] Soa(string zone, long minimum) =>
        [.. Name("ns." + zone), .. Name("hostmaster." + zone), .. UInt32(1), .. UInt32(2), .. UInt32(3), .. UInt32(4), .. UInt32(minimum)];

    /// <summary>The octets of the question in a query: name, type and class.</summary>
    public static byte[] Question(ReadOnlySpan<byte> query)
    {
        var at = HeaderLength;
        while (query[at] != 0) at += query[at] + 1;
        return query[HeaderLength..(at + 5)].ToArray();
    }

    public static (string Name, DnsType Type) Asked(ReadOnlySpan<byte> query)
    {
        var question = Question(query);
        var labels = new List<string>();
        for (var at = 0; question[at] != 0; at += question[at] + 1) labels.Add(Encoding.Latin1.GetString(question, at + 1, question[at]));
        return (string.Join('.', labels).ToLowerInvariant(), (DnsType)BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan()[^4..]));
    }

    /// <summary>A response to a query. Flags beside QR, RD and RA, and the code, go by <paramref name="flags"/>.</summary>
    public static byte[] Reply(ReadOnlySpan<byte> query, int flags, IReadOnlyList<byte[]> answers, IReadOnlyList<byte[]>? authority = null) =>
    [
        .. query[..2], .. UInt16(0x8180 | flags), .. UInt16(1), .. UInt16(answers.Count), .. UInt16(authority?.Count ?? 0), .. UInt16(0),
        .. Question(query), .. answers.SelectMany(a => a), .. (authority ?? []).SelectMany(a => a),
    ];
}
