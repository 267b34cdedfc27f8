using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// What restrictions ask DNS through, one for a session. An answer stays the same within a session, failures included: a message with a
/// thousand recipients asks once, and does not wait a thousand times for a server that is down. Belongs to the session, like
/// <see cref="AccessRequest"/>.
/// </summary>
internal sealed class RestrictionDns(DnsLookup ask, InetProtocols protocols)
{
    /// <summary>The most answers kept, and the memory from which on no more are: what a client names is the client's choice.</summary>
    private const int MaxKept = 100, MaxOctets = 128 * 1024;

    private Dictionary<(string Name, DnsType Type), DnsAnswer>? _kept;
    private int _octets;

    /// <summary>For a request that no session makes: nobody answers.</summary>
    public static RestrictionDns None =>
        new((name, type, _) => ValueTask.FromResult(DnsAnswer.Temporary(name, type, "no name server")), InetProtocols.All);

    /// <summary>The types of addresses that are in use (<c>inet_protocols</c>).</summary>
    public IReadOnlyList<DnsType> AddressTypes { get; } = protocols switch
    {
        InetProtocols.Ipv4 => [DnsType.A],
        InetProtocols.Ipv6 => [DnsType.AAAA],
        _ => [DnsType.A, DnsType.AAAA],
    };

    /// <summary>True if the answer is known already.</summary>
    public bool Knows(string name, DnsType type) => _kept is not null && _kept.ContainsKey((name, type));

    /// <summary>Looks up the records of a type. Bounded in time by the resolver; throws on cancellation only.</summary>
    public async ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel)
    {
        if (_kept is not null && _kept.TryGetValue((name, type), out var known)) return known;
        var answer = await ask(name, type, cancel);
        _kept ??= [];
        if (_kept.Count == MaxKept || _octets > MaxOctets)
        {
            _kept.Clear();
            _octets = 0;
        }
        _octets += answer.Octets;
        return _kept[(name, type)] = answer;
    }

    /// <summary>
    /// Looks up these types one after the other until one is found. If none is: a temporary failure if one of them ended so, else the last
    /// answer.
    /// </summary>
    public async ValueTask<DnsAnswer> QueryAnyAsync(string name, IEnumerable<DnsType> types, CancellationToken cancel)
    {
        DnsAnswer? none = null;
        foreach (var type in types)
        {
            var answer = await QueryAsync(name, type, cancel);
            if (answer.Status == DnsStatus.Found) return answer;
            if (none is not { Status: DnsStatus.Temporary }) none = answer;
        }
        return none!;
    }
}
