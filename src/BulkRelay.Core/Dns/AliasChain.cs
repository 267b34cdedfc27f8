using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>The way from the name that was asked for along CNAME records (RFC 1034 section 3.6.2).</summary>
internal sealed class AliasChain(string name)
{
    private readonly HashSet<string> _names = [name];
    private TimeSpan _shortestTtl = TimeSpan.MaxValue;

    /// <summary>The name that the chain has come to.</summary>
    public string End { get; private set; } = name;

    /// <summary>True if an alias leads to a name that cannot be asked for: a name in an answer may have any octet in it.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// Goes on along the aliases in an answer, unless aliases themselves are wanted. False if that runs in a circle, is longer than
    /// <paramref name="limit"/>, or is <see cref="IsBroken"/>.
    /// </summary>
    public bool TryExtend(DnsMessage message, DnsType wanted, int limit)
    {
        if (wanted == DnsType.CNAME) return true;
        while (message.Answers.OfType<CnameRecord>().FirstOrDefault(r => r.Name == End) is { } alias)
        {
            IsBroken = !DnsName.TryNormalize(alias.Target, out _);
            if (IsBroken || !_names.Add(alias.Target) || _names.Count > limit + 1) return false;
            End = alias.Target;
            if (alias.Ttl < _shortestTtl) _shortestTtl = alias.Ttl;
        }
        return true;
    }

    /// <summary>The shorter of a time to live and those of the aliases.</summary>
    public TimeSpan ShortestOf(TimeSpan ttl) => ttl < _shortestTtl ? ttl : _shortestTtl;
}
