using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>The result of a look-up, aliases followed. Immutable: the cache gives the same answer to many.</summary>
public sealed record DnsAnswer
{
    /// <summary>What an answer takes beside its texts and records, with its place in the cache.</summary>
    private const int ObjectOctets = 300;

    /// <summary>The most records that are kept: nobody looks at more.</summary>
    private const int MaxRecords = 100;

    /// <summary>The most memory that the records of an answer take, unless it is a single one.</summary>
    private const int MaxOctets = 16 * 1024;

    private DnsAnswer(string name, DnsType type, DnsStatus status, string reason)
    {
        Name = name;
        Type = type;
        Status = status;
        Reason = reason;
    }

    /// <summary>The name that was asked for: lower case, A-labels, no final dot.</summary>
    public string Name { get; }

    /// <summary>The type that was asked for.</summary>
    public DnsType Type { get; }

    /// <summary>How it ended.</summary>
    public DnsStatus Status { get; }

    /// <summary>Why there are no records, in Postfix's words; empty if there are.</summary>
    public string Reason { get; }

    /// <summary>For a temporary failure what happened at the last name server that was asked; empty otherwise.</summary>
    public string Detail { get; private init; } = "";

    /// <summary>
    /// The records of the type, at least one if found, in the order of the answer (MX: the best first). Of very many these are the first.
    /// </summary>
    public IReadOnlyList<DnsRecord> Records { get; private init; } = [];

    /// <summary>About how much memory the answer takes.</summary>
    internal int Octets => ObjectOctets + DnsRecord.OctetsOf(Name) + DnsRecord.OctetsOf(Reason) + Records.Sum(r => r.Octets);

    /// <summary>
    /// The AD bit: the name server says that it has validated the answer and every alias on the way (RFC 6840). Worth as much as
    /// the way to that server.
    /// </summary>
    public bool IsAuthenticated { get; internal init; }

    /// <summary>How long the answer may be kept: the shortest time of its records, or the negative time of the zone.</summary>
    public TimeSpan Ttl { get; internal init; }

    internal static DnsAnswer Found(string name, DnsType type, IReadOnlyList<DnsRecord> records) =>
        new(name, type, DnsStatus.Found, "") { Records = Keep(records) };

    internal static DnsAnswer NoSuchName(string name, DnsType type) =>
        new(name, type, DnsStatus.NoSuchName, NotFound(name, type, "Host not found"));

    internal static DnsAnswer NoData(string name, DnsType type) =>
        new(name, type, DnsStatus.NoData, NotFound(name, type, "Host found but no data record of requested type"));

    internal static DnsAnswer Temporary(string name, DnsType type, string detail) =>
        new(name, type, DnsStatus.Temporary, NotFound(name, type, "Host not found, try again")) { Detail = detail };

    internal static DnsAnswer AliasLoop(string name, DnsType type) =>
        new(name, type, DnsStatus.NoSuchName, $"Name server loop for {name}");

    internal static DnsAnswer InvalidName(string name, DnsType type) =>
        new(name, type, DnsStatus.Invalid, $"Name service error for {name}: invalid host or domain name");

    /// <summary>An answer that no honest zone gives.</summary>
    internal static DnsAnswer Malformed(string name, DnsType type) =>
        new(name, type, DnsStatus.Invalid, $"Name service error for name={name} type={type}: Malformed or unexpected name server reply");

    /// <summary>
    /// The records that somebody may look at. A zone may list thousands with long names, and strangers choose what is asked for.
    /// </summary>
    private static List<DnsRecord> Keep(IReadOnlyList<DnsRecord> records)
    {
        var kept = new List<DnsRecord>(Math.Min(records.Count, MaxRecords));
        var octets = 0;
        foreach (var record in records.OrderBy(r => r is MxRecord mx ? mx.Preference : 0).Take(MaxRecords))
        {
            octets += record.Octets;
            if (octets > MaxOctets && kept.Count > 0) break;
            kept.Add(record with { Name = records[0].Name });
        }
        return kept;
    }

    private static string NotFound(string name, DnsType type, string what) =>
        $"Host or domain name not found. Name service error for name={name} type={type}: {what}";
}
