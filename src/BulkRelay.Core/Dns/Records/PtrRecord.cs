namespace BulkRelay.Core.Dns.Records;

/// <summary>PTR (RFC 1035): a host that claims the address whose reverse name is the owner.</summary>
public sealed record PtrRecord(string Name, TimeSpan Ttl, string Host) : DnsRecord(Name, Ttl)
{
    public override DnsType Type => DnsType.PTR;

    private protected override int DataOctets => OctetsOf(Host);

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data) =>
        data.NameAt(0) is { } host ? new PtrRecord(name, ttl, host) : null;
}
