using System.Buffers.Binary;

namespace BulkRelay.Core.Dns.Records;

/// <summary>SOA (RFC 1035, 2308): the zone of a name, and how long the absence of something in it may be remembered.</summary>
public sealed record SoaRecord(string Name, TimeSpan Ttl, TimeSpan Minimum) : DnsRecord(Name, Ttl)
{
    private const int NumbersLength = 20;

    public override DnsType Type => DnsType.SOA;

    private protected override int DataOctets => 0;

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data)
    {
        var at = data.Start;
        var end = data.Start + data.Length;
        for (var names = 0; names < 2; names++)
            if (!DnsName.TryRead(data.Message, ref at, out _)) return null;
        if (end - at != NumbersLength) return null;
        var minimum = BinaryPrimitives.ReadUInt32BigEndian(data.Message[(end - 4)..]);
        return new SoaRecord(name, ttl, TimeSpan.FromSeconds(minimum));
    }
}
