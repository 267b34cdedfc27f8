using System.Net;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// The domains whose mail ends here: those of <c>mydestination</c>, and the addresses in brackets that are this machine's
/// (<c>inet_interfaces</c>, <c>proxy_interfaces</c>; Postfix: resolve_local). Safe for many threads.
/// </summary>
/// <param name="snapshot">The configuration.</param>
/// <param name="tables">Opens the tables of the list, and takes its faults.</param>
/// <param name="parentsMatch">Whether a name stands for its sub-domains.</param>
internal sealed class LocalDomains(ConfigSnapshot snapshot, LookupTableSet tables, bool parentsMatch)
{
    private readonly DomainMatchList _domains =
        DomainMatchList.Parse(RoutingParameters.MyDestination.Name, snapshot.Get(RoutingParameters.MyDestination), tables, parentsMatch);

    /// <summary>Few ask for them.</summary>
    private readonly Lazy<HashSet<IPAddress>> _addresses = new(() =>
    [
        .. OwnInterfaces.Find(snapshot.Get(SmtpdParameters.InetInterfaces)).Select(a => OwnInterfaces.Plain(a.Address)),
        .. snapshot.Get(SmtpParameters.ProxyInterfaces),
    ]);

    /// <summary>True if the answer may change while the configuration stays the same, because a table is asked.</summary>
    public bool HasTables => _domains.HasTables;

    /// <summary>Decides whether mail for a domain ends here.</summary>
    public ValueTask<MatchResult> MatchAsync(string domain, CancellationToken cancel) =>
        domain is ['[', ..] && DomainName.TryParseLiteral(domain, out var address) && IsOwn(address!)
            ? ValueTask.FromResult(MatchResult.Yes) : _domains.MatchAsync(domain, cancel);

    private bool IsOwn(IPAddress address) => _addresses.Value.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
