namespace BulkRelay.Core.Dns.Records;

/// <summary>CNAME (RFC 1035): the owner is another name for <paramref name="Target"/>.</summary>
public sealed record CnameRecord(string Name, TimeSpan Ttl, string Target) : DnsRecord(Name, Ttl)
{
    public override DnsType Type => DnsType.CNAME;

    private protected override int DataOctets => OctetsOf(Target);

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data) =>
        data.NameAt(0) is { } target ? new CnameRecord(name, ttl, target) : null;
}
