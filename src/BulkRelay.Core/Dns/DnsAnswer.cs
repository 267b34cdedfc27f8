using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>The result of a look-up, aliases followed. Immutable: the cache gives the same answer to many.</summary>
public sealed record DnsAnswer
{
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

    /// <summary>The records of the type, at least one if found, in the order of the answer.</summary>
    public IReadOnlyList<DnsRecord> Records { get; private init; } = [];

    /// <summary>
    /// The AD bit: the name server says that it has validated the answer and every alias on the way (RFC 6840). Worth as much as
    /// the way to that server.
    /// </summary>
    public bool IsAuthenticated { get; internal init; }

    /// <summary>How long the answer may be kept: the shortest time of its records, or the negative time of the zone.</summary>
    public TimeSpan Ttl { get; internal init; }

    internal static DnsAnswer Found(string name, DnsType type, IReadOnlyList<DnsRecord> records) =>
        new(name, type, DnsStatus.Found, "") { Records = records };

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

    private static string NotFound(string name, DnsType type, string what) =>
        $"Host or domain name not found. Name service error for name={name} type={type}: {what}";
}
