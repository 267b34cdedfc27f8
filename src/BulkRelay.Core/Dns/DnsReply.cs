namespace BulkRelay.Core.Dns;

/// <summary>What the servers gave: a usable message, or what went wrong at the last one of them.</summary>
internal readonly record struct DnsReply(DnsMessage? Message, string Trouble)
{
    public static implicit operator DnsReply(DnsMessage message) => new(message, "");

    public static DnsReply Failed(string trouble) => new(null, trouble);
}
