namespace BulkRelay.Core.Dns.Records;

/// <summary>Where the data of a record stands in its message: names in it may point elsewhere in the message.</summary>
internal readonly ref struct RecordData(ReadOnlySpan<byte> message, int start, int length)
{
    public ReadOnlySpan<byte> Message { get; } = message;

    public int Start { get; } = start;

    public int Length { get; } = length;

    /// <summary>The data alone.</summary>
    public ReadOnlySpan<byte> Octets => Message.Slice(Start, Length);

    /// <summary>A name that fills the data from <paramref name="offset"/> to the end; null if it does not.</summary>
    public string? NameAt(int offset)
    {
        var at = Start + offset;
        return offset <= Length && DnsName.TryRead(Message, ref at, out var name) && at == Start + Length ? name : null;
    }
}

/// <summary>Reads the data of a record; null if it is malformed.</summary>
internal delegate DnsRecord? RecordReader(string name, TimeSpan ttl, RecordData data);

/// <summary>The record types that are understood: one row each. Others are passed over.</summary>
internal static class DnsRecords
{
    public static readonly IReadOnlyDictionary<DnsType, RecordReader> Readers = new Dictionary<DnsType, RecordReader>
    {
        [DnsType.A] = AddressRecord.ReadIpv4,
        [DnsType.AAAA] = AddressRecord.ReadIpv6,
        [DnsType.CNAME] = CnameRecord.Read,
        [DnsType.MX] = MxRecord.Read,
        [DnsType.NS] = NsRecord.Read,
        [DnsType.PTR] = PtrRecord.Read,
        [DnsType.SOA] = SoaRecord.Read,
        [DnsType.TLSA] = TlsaRecord.Read,
        [DnsType.TXT] = TxtRecord.Read,
    };
}
