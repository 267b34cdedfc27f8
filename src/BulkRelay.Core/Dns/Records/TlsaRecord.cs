namespace BulkRelay.Core.Dns.Records;

/// <summary>TLSA (RFC 6698): which certificate or key a TLS server has.</summary>
public sealed record TlsaRecord(string Name, TimeSpan Ttl, byte Usage, byte Selector, byte MatchingType, ReadOnlyMemory<byte> Association)
    : DnsRecord(Name, Ttl)
{
    public override DnsType Type => DnsType.TLSA;

    private protected override int DataOctets => Association.Length;

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data)
    {
        var octets = data.Octets;
        return octets.Length > 3 ? new TlsaRecord(name, ttl, octets[0], octets[1], octets[2], octets[3..].ToArray()) : null;
    }
}
