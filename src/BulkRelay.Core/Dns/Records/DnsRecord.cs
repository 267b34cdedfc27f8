namespace BulkRelay.Core.Dns.Records;

/// <summary>
/// A resource record of the Internet class. One sub-type for each type that is looked up; <see cref="DnsRecords"/> lists them.
/// </summary>
/// <param name="Name">The owner: lower case, no final dot.</param>
/// <param name="Ttl">How long it may be kept.</param>
public abstract record DnsRecord(string Name, TimeSpan Ttl)
{
    private const int ObjectOctets = 64;

    /// <summary>The type on the wire.</summary>
    public abstract DnsType Type { get; }

    /// <summary>About how much memory it takes, without the owner, which the records of an answer have in common.</summary>
    internal int Octets => ObjectOctets + DataOctets;

    /// <summary>About how much memory its data take.</summary>
    private protected abstract int DataOctets { get; }

    /// <summary>About how much memory a text takes.</summary>
    internal static int OctetsOf(string text) => 24 + 2 * text.Length;
}
