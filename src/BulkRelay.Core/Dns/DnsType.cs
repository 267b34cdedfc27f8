namespace BulkRelay.Core.Dns;

/// <summary>The record types that are looked up, with their numbers on the wire (RFC 1035, 3596, 6698).</summary>
public enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    TLSA = 52,
}
