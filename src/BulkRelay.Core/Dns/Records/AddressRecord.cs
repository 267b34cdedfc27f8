using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Dns.Records;

/// <summary>A (RFC 1035) or AAAA (RFC 3596): an address of a host.</summary>
public sealed record AddressRecord(string Name, TimeSpan Ttl, IPAddress Address) : DnsRecord(Name, Ttl)
{
    public override DnsType Type => Address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.AAAA;

    private protected override int DataOctets => 40;

    internal static DnsRecord? ReadIpv4(string name, TimeSpan ttl, RecordData data) => Read(name, ttl, data, 4);

    internal static DnsRecord? ReadIpv6(string name, TimeSpan ttl, RecordData data) => Read(name, ttl, data, 16);

    private static AddressRecord? Read(string name, TimeSpan ttl, RecordData data, int length) =>
        data.Length == length ? new AddressRecord(name, ttl, new IPAddress(data.Octets)) : null;
}
