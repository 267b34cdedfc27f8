using System.Buffers.Binary;

namespace BulkRelay.Core.Dns.Records;

/// <summary>
/// MX (RFC 1035): a mail host of the owner. The lowest preference comes first; the root as exchange means no mail (RFC 7505).
/// </summary>
public sealed record MxRecord(string Name, TimeSpan Ttl, int Preference, string Exchange) : DnsRecord(Name, Ttl)
{
    public override DnsType Type => DnsType.MX;

    private protected override int DataOctets => OctetsOf(Exchange);

    /// <summary>True if the record says that the domain takes no mail (RFC 7505).</summary>
    public bool IsNull => Exchange == ".";

    internal static DnsRecord? Read(string name, TimeSpan ttl, RecordData data) =>
        data.Length > 2 && data.NameAt(2) is { } exchange
            ? new MxRecord(name, ttl, BinaryPrimitives.ReadUInt16BigEndian(data.Octets), exchange) : null;
}
