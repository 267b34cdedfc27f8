namespace BulkRelay.Core.Dns.Records;

/// <summary>NS (RFC 1035): a name server of the owner.</summary>
public sealed record NsRecord(string Name, TimeSpan Ttl, string Host) : DnsRecord(Name, Ttl)
{
    public override DnsType Type => DnsType.NS;

    private protected override int DataOctets => OctetsOf(Host);

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data) =>
        data.NameAt(0) is { } host ? new NsRecord(name, ttl, host) : null;
}
