using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns.Records;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Dns;

/// <summary>
/// Finds the hosts of a destination (RFC 5321 section 5.1, RFC 7505): MX records by preference, equal ones shuffled, the domain's own
/// address where there are none, and nobody that is no better than this relay itself.
/// </summary>
/// <param name="dns">Where to ask.</param>
/// <param name="random">Shuffles hosts of equal preference; <see cref="Random.Shared"/>, or a seeded one in a test.</param>
public sealed class MxResolver(DnsResolver dns, Random random)
{
    /// <summary>The most MX hosts whose addresses are looked up for one delivery, the best first, however many a zone lists.</summary>
    private const int MaxMxHosts = 50;

    private static readonly EnhancedStatus LoopsBack = new(5, 4, 6);
    private static readonly EnhancedStatus NoPrimaryRelay = new(4, 4, 4);
    private static readonly EnhancedStatus NullMx = new(5, 1, 10);

    private readonly DnsResolver _dns = dns;
    private readonly HostAddressResolver _addresses = new(dns);
    private readonly Random _random = random;

    /// <summary>
    /// The hosts of a nexthop in the order to try them, or why there are none. Never throws for what DNS answers; bounded in time by the
    /// resolver's time-outs and in size whatever the zone holds.
    /// </summary>
    /// <param name="nexthop">Where the mail goes.</param>
    /// <param name="snapshot">The configuration that the delivery began with.</param>
    /// <param name="own">By what the relay knows itself; <see cref="OwnHost.None"/> where the port is not that of the relay.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public async ValueTask<MailHosts> ResolveAsync(Nexthop nexthop, ConfigSnapshot snapshot, OwnHost own, CancellationToken cancel)
    {
        var search = new Search(nexthop, snapshot, own, cancel);
        if (nexthop.IsHost || snapshot.Get(DnsParameters.DisableDnsLookups)) return await FindHostAsync(search);
        var answer = await _dns.QueryAsync(nexthop.Name, DnsType.MX, cancel);
        return answer.Status switch
        {
            DnsStatus.Found => await FindByMxAsync(answer, search),
            DnsStatus.NoData or DnsStatus.NoSuchName => await FindHostAsync(search),
            _ when snapshot.Get(DnsParameters.IgnoreMxLookupError) => await FindHostAsync(search),
            _ => MailHosts.None(StatusOf(answer.Status), answer.Reason),
        };
    }

    private async Task<MailHosts> FindHostAsync(Search search)
    {
        var name = search.Nexthop.Name;
        var found = await AddressesOfAsync(name, search);
        if (found.Status != DnsStatus.Found) return MailHosts.None(StatusOf(found.Status), found.Reason);
        var hosts = ToHosts(name, found.Addresses, 0, search);
        if (hosts.Exists(search.Own.Is)) return MailHosts.None(LoopsBack, $"mail for {name} loops back to myself");
        Arrange(hosts, search);
        return Limited(hosts, search);
    }

    private async Task<MailHosts> FindByMxAsync(DnsAnswer answer, Search search)
    {
        var records = answer.Records.Cast<MxRecord>().ToList();
        // RFC 7505 section 3 allows no other record beside it; as in Postfix what it says holds all the same.
        if (records.Exists(r => r.IsNull)) return MailHosts.None(NullMx, $"Domain {answer.Name} does not accept mail (nullMX)");
        var usable = records.Where(r => DnsName.IsHostName(r.Exchange)).DistinctBy(r => r.Exchange).ToArray();
        _random.Shuffle(usable);

        var hosts = new List<MailHost>();
        MailHosts? failure = null;
        foreach (var equals in usable.OrderBy(r => r.Preference).Take(MaxMxHosts).GroupBy(r => r.Preference))
        {
            var names = equals.Select(r => r.Exchange).ToList();
            var (found, trouble) = await FindEqualsAsync(names, equals.Key, search);
            if (found.Exists(search.Own.Is))
            {
                // Whoever is no better than we are would send the mail back (RFC 5321 section 5.1).
                if (hosts.Count == 0) return LoopFailure(answer.Name, isPrimary: equals.Key == records.Min(r => r.Preference));
                break;
            }
            hosts.AddRange(found);
            if (trouble is not null) failure = Softer(failure, trouble);
            if (search.IsEnough(hosts)) break;
        }
        return hosts.Count > 0 ? Limited(hosts, search) : Unreachable(failure ?? MalformedMx(answer.Name), search);
    }

    /// <summary>The addresses of MX hosts of one preference, and the softest trouble with those that have none.</summary>
    private async Task<(List<MailHost> Found, MailHosts? Trouble)> FindEqualsAsync(List<string> names, int preference, Search search)
    {
        var results = await Task.WhenAll(names.Select(name => AddressesOfAsync(name, search)));
        var hosts = new List<MailHost>();
        MailHosts? trouble = null;
        for (var i = 0; i < names.Count; i++)
        {
            hosts.AddRange(ToHosts(names[i], results[i].Addresses, preference, search));
            if (results[i] is { Status: not DnsStatus.Found } none)
                trouble = Softer(trouble, MailHosts.None(StatusOf(none.Status), none.Reason));
        }
        Arrange(hosts, search);
        return (hosts, trouble);
    }

    private Task<HostAddresses> AddressesOfAsync(string name, Search search)
    {
        var snapshot = search.Snapshot;
        var lookup = snapshot.Get(DnsParameters.DisableDnsLookups) ? HostLookup.Native : snapshot.Get(DnsParameters.SmtpHostLookup);
        return _addresses.FindAsync(name, lookup, search.Protocols, search.Cancel);
    }

    private void Arrange(List<MailHost> equals, Search search) => MailHostOrder.Arrange(
        equals, search.Snapshot.Get(DnsParameters.SmtpRandomizeAddresses),
        search.Snapshot.Get(DnsParameters.SmtpAddressPreference), _random);

    private static List<MailHost> ToHosts(string name, IReadOnlyList<IPAddress> addresses, int preference, Search search) =>
        [.. addresses.Select(address => new MailHost(name, address, search.Nexthop.Port, preference))];

    private static MailHosts Limited(List<MailHost> hosts, Search search) =>
        MailHosts.Found(MailHostOrder.Limit(hosts, search.Limit, search.IsBalanced));

    /// <summary>
    /// The later trouble, but to be tried again if that is so for either: one host that may be back is reason enough to wait.
    /// </summary>
    private static MailHosts Softer(MailHosts? earlier, MailHosts later) =>
        earlier is { Status.IsTransient: true } ? MailHosts.None(later.Status.WithClass(4), later.Reason) : later;

    private static MailHosts Unreachable(MailHosts failure, Search search) =>
        search.Snapshot.Get(DnsParameters.SmtpDeferIfNoMxAddressFound)
            ? MailHosts.None(failure.Status.WithClass(4), failure.Reason) : failure;

    private static MailHosts LoopFailure(string name, bool isPrimary) => isPrimary
        ? MailHosts.None(LoopsBack, $"mail for {name} loops back to myself")
        : MailHosts.None(NoPrimaryRelay, $"unable to find primary relay for {name}");

    private static MailHosts MalformedMx(string name) =>
        MailHosts.None(StatusOf(DnsStatus.Invalid), DnsAnswer.Malformed(name, DnsType.MX).Reason);

    private static EnhancedStatus StatusOf(DnsStatus status) => status == DnsStatus.Temporary ? new(4, 4, 3) : new(5, 4, 4);

    /// <summary>One look-up, with what it needs of the configuration.</summary>
    private sealed record Search(Nexthop Nexthop, ConfigSnapshot Snapshot, OwnHost Own, CancellationToken Cancel)
    {
        public InetProtocols Protocols { get; } = Snapshot.Get(MainParameters.InetProtocols);

        public int Limit { get; } = Snapshot.Get(DnsParameters.SmtpMxAddressLimit);

        public bool IsBalanced => Protocols == InetProtocols.All && Snapshot.Get(DnsParameters.SmtpBalanceInetProtocols);

        /// <summary>True once hosts of a worse preference cannot matter any more.</summary>
        public bool IsEnough(List<MailHost> hosts) =>
            Limit > 0 && hosts.Count >= Limit && (!IsBalanced || hosts.DistinctBy(h => h.Address.AddressFamily).Count() == 2);
    }
}
