namespace BulkRelay.Core.Dns;

/// <summary>How a look-up ended.</summary>
public enum DnsStatus
{
    /// <summary>There are records of the type.</summary>
    Found,

    /// <summary>The name does not exist (NXDOMAIN), or its aliases lead nowhere.</summary>
    NoSuchName,

    /// <summary>The name exists, without a record of the type.</summary>
    NoData,

    /// <summary>
    /// Nobody could tell: no answer in time, SERVFAIL, a refusal, an answer that makes no sense. Never a reason to give up mail.
    /// </summary>
    Temporary,

    /// <summary>The name cannot be asked for, or the answer leads to such a name: too long, an empty label, no legal host name.</summary>
    Invalid,
}
