using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>check_client_mx_access</c>, <c>check_sender_ns_access</c> and their like: decides by the mail hosts, the name servers or the addresses
/// of a domain, by their names (but for addresses) and then by their addresses. It may refuse, never permit: whoever has a domain can
/// name any server in it.
/// </summary>
/// <param name="name">The restriction's name, for the log.</param>
/// <param name="table">The table.</param>
/// <param name="subject">Whose servers; null where there is nobody, or no name.</param>
/// <param name="type">MX, NS, or A for the addresses alone.</param>
internal sealed class CheckServerAccess(
    string name, AccessTable table, Func<AccessRequest, (string Domain, AccessTarget Target)?> subject, DnsType type) : IRestriction
{
    /// <summary>The most servers that are looked at, however many a zone lists.</summary>
    private const int MaxServers = 50;

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (subject(request) is not { Domain.Length: > 0 } about) return Verdict.Dunno;
        var verdict = await FindAsync(request, about.Domain, about.Target, cancel) ?? Verdict.Dunno;
        return AccessTable.WithoutPermit(name, about.Domain, verdict, request);
    }

    private async ValueTask<Verdict?> FindAsync(AccessRequest request, string domain, AccessTarget target, CancellationToken cancel)
    {
        // An address literal is its own mail host; it has no name servers.
        if (domain is ['[', .. var literal, ']'])
        {
            var address = literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal[5..] : literal;
            return type == DnsType.NS || AddressLiteral.Parse(address) is not { } parsed ? null
                : await table.FindNetworkAsync(request, parsed.ToString(), target, cancel);
        }
        foreach (var server in (await ServersAsync(request, domain, cancel)).Take(MaxServers))
        {
            if (await FindServerAsync(request, server, target, cancel) is { } verdict) return verdict;
        }
        return null;
    }

    private async ValueTask<Verdict?> FindServerAsync(AccessRequest request, string server, AccessTarget target, CancellationToken cancel)
    {
        if (AddressLiteral.Parse(server) is { } literal) return await table.FindNetworkAsync(request, literal.ToString(), target, cancel);
        if (type != DnsType.A && await table.FindDomainAsync(request, server, target, cancel) is { } byName) return byName;
        foreach (var family in request.Dns.AddressTypes)
        {
            foreach (var record in (await request.Dns.QueryAsync(server, family, cancel)).Records.OfType<AddressRecord>().Take(MaxServers))
            {
                if (await table.FindNetworkAsync(request, record.Address.ToString(), target, cancel) is { } verdict) return verdict;
            }
        }
        return null;
    }

    /// <summary>
    /// The names of the servers. A name without MX record is its own mail host; name servers are those of the nearest domain above that has
    /// some.
    /// </summary>
    private async ValueTask<IEnumerable<string>> ServersAsync(AccessRequest request, string domain, CancellationToken cancel)
    {
        if (type == DnsType.A) return [domain];
        var answer = await request.Dns.QueryAsync(domain, type, cancel);
        for (var dot = domain.IndexOf('.', StringComparison.Ordinal);
            type == DnsType.NS && answer.Status is DnsStatus.NoData or DnsStatus.NoSuchName && dot >= 0 && dot < domain.Length - 1;
            dot = domain.IndexOf('.', StringComparison.Ordinal))
        {
            domain = domain[(dot + 1)..];
            answer = await request.Dns.QueryAsync(domain, type, cancel);
        }
        switch (answer.Status)
        {
            case DnsStatus.Found when type == DnsType.MX:
                return answer.Records.Cast<MxRecord>().OrderBy(r => r.Preference).Where(r => !r.IsNull).Select(r => r.Exchange);
            case DnsStatus.Found:
                return answer.Records.Cast<NsRecord>().Select(r => r.Host);
            case DnsStatus.NoData or DnsStatus.NoSuchName when type == DnsType.MX:
                return [domain];
            default:
                request.Log.Warning($"Unable to look up {type} host for {domain}: {answer.Reason}");
                return [];
        }
    }
}
