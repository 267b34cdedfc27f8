namespace BulkRelay.Core.Dns.Records;

/// <summary>
/// A resource record of the Internet class. One sub-type for each type that is looked up; <see cref="DnsRecords"/> lists them.
/// </summary>
/// <param name="Name">The owner: lower case, no final dot.</param>
/// <param name="Ttl">How long it may be kept.</param>
public abstract record DnsRecord(string Name, TimeSpan Ttl)
{
    /// <summary>The type on the wire.</summary>
    public abstract DnsType Type { get; }
}
