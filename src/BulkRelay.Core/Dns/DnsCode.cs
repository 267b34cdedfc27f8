namespace BulkRelay.Core.Dns;

/// <summary>RCODE of a response (RFC 1035 section 4.1.1), as far as it makes a difference here.</summary>
internal enum DnsCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchName = 3,
    NotImplemented = 4,
    Refused = 5,
}
