using System.Collections.Concurrent;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>
/// An asynchronous stub resolver with a cache: asks the configured name servers by UDP and, where an answer is too long, by TCP. Equal
/// questions that are under way share one query. Safe to call from any thread.
/// </summary>
public sealed class DnsResolver
{
    /// <summary>The most aliases that are followed from one name.</summary>
    private const int MaxAliases = 10;

    private readonly DnsCache _cache;
    private readonly DnsServers _servers;
    private readonly ConcurrentDictionary<(string Name, DnsType Type), Lazy<Task<DnsAnswer>>> _underWay = new();

    /// <param name="settings">The servers, time-outs and the size of the cache; a reload makes a new resolver.</param>
    /// <param name="time">The clock of time-outs and of the cache.</param>
    public DnsResolver(DnsSettings settings, TimeProvider time)
    {
        _cache = new DnsCache(settings, time);
        _servers = new DnsServers(settings, time);
    }

    /// <summary>
    /// Looks up the records of a type, aliases followed. Whatever the name servers do is an answer; the only exception is the
    /// cancellation of the caller, which does not disturb others that wait for the same answer.
    /// </summary>
    /// <param name="name">A domain name, with or without a final dot; a name that is not ASCII is converted (RFC 5891).</param>
    /// <param name="type">The type of the records.</param>
    /// <param name="cancel">Stops waiting.</param>
    public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel)
    {
        if (!DnsName.TryNormalize(name, out var normal)) return new(DnsAnswer.InvalidName(name, type));
        if (_cache.Find(normal, type) is { } known) return new(known);
        var flight = _underWay.GetOrAdd((normal, type), key => new Lazy<Task<DnsAnswer>>(() => FetchAsync(key.Name, key.Type)));
        return new(flight.Value.WaitAsync(cancel));
    }

    private async Task<DnsAnswer> FetchAsync(string name, DnsType type)
    {
        // Leaves the caller's thread first, so that this flight is on the list before it can end.
        await Task.Yield();
        try
        {
            var answer = await FollowAsync(name, type);
            _cache.Add(answer);
            return answer;
        }
        finally
        {
            _underWay.TryRemove((name, type), out _);
        }
    }

    /// <summary>Asks, and asks again for the last alias as long as an answer ends in one.</summary>
    private async Task<DnsAnswer> FollowAsync(string name, DnsType type)
    {
        var chain = new AliasChain(name);
        var isAuthenticated = true;
        for (var queries = 0; queries <= MaxAliases; queries++)
        {
            var reply = await _servers.AskAsync(chain.End, type);
            if (reply.Message is not { } message) return DnsAnswer.Temporary(name, type, reply.Trouble);
            isAuthenticated &= message.IsAuthenticated;
            var asked = chain.End;
            if (!chain.TryExtend(message, type, MaxAliases))
                return chain.IsBroken ? DnsAnswer.Malformed(name, type) : DnsAnswer.AliasLoop(name, type);
            var records = message.Answers.Where(r => r.Type == type && r.Name == chain.End).ToList();
            if (records.Count > 0)
            {
                return DnsAnswer.Found(name, type, records) with
                {
                    IsAuthenticated = isAuthenticated,
                    Ttl = chain.ShortestOf(records.Min(r => r.Ttl)),
                };
            }
            if (message.Code == DnsCode.NoError && chain.End != asked) continue;
            var nothing = message.Code == DnsCode.NoSuchName ? DnsAnswer.NoSuchName(name, type) : DnsAnswer.NoData(name, type);
            return nothing with { IsAuthenticated = isAuthenticated, Ttl = chain.ShortestOf(NegativeTtl(message, chain.End)) };
        }
        return DnsAnswer.AliasLoop(name, type);
    }

    /// <summary>
    /// How long the absence of something at a name may be kept (RFC 2308 section 5); zero if the answer does not say, or speaks of a zone
    /// that the name is not in.
    /// </summary>
    private static TimeSpan NegativeTtl(DnsMessage message, string name) =>
        message.Authority.OfType<SoaRecord>().FirstOrDefault(soa => DnsName.IsWithin(name, soa.Name)) is not { } soa ? TimeSpan.Zero
            : soa.Ttl < soa.Minimum ? soa.Ttl : soa.Minimum;
}
