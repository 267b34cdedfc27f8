using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>The rows of restrictions that ask a DNS list, their argument.</summary>
internal static class DnsListKinds
{
    /// <summary>A restriction that refuses what is in a list.</summary>
    public static RestrictionKind Rejecting(string name, Func<DnsList, DnsListReply, IRestriction> create) =>
        Kind(name, (setup, list) => create(list, new DnsListReply(setup)));

    /// <summary>A restriction that refuses a domain name that is in a list.</summary>
    public static RestrictionKind Rhsbl(string name, Func<AccessRequest, AccessTarget?> targetOf) =>
        Rejecting(name, (list, reply) => new RejectRhsbl(list, reply, targetOf));

    /// <summary>A restriction that permits clients that are in a list.</summary>
    public static RestrictionKind Permitting(string name, bool byName) =>
        Kind(name, (setup, list) => new PermitDnsList(setup, list, byName)) with { Permits = AccessTarget.Client };

    /// <summary><c>reject_maps_rbl</c>, which takes its lists from <c>maps_rbl_domains</c>.</summary>
    public static IRestriction MapsRbl(RestrictionSetup setup)
    {
        var lists = new List<DnsList>();
        foreach (var word in setup.Snapshot.Get(DnsListParameters.MapsRblDomains))
        {
            if (DnsList.Parse(word, out var fault) is { } list) lists.Add(list);
            else setup.Faults.Add(new ConfigFault(
                FaultSeverity.Error, "main.cf", 0, DnsListParameters.MapsRblDomains.Name, $"bad list \"{word}\": {fault}"));
        }
        return new RejectRblClient(lists, new DnsListReply(setup));
    }

    private static RestrictionKind Kind(string name, Func<RestrictionSetup, DnsList, IRestriction> create) =>
        new(name, (setup, argument) => create(setup, DnsList.Parse(argument, out _)!), TakesArgument: true)
        {
            CheckArgument = argument => DnsList.Parse(argument, out var fault) is null ? fault : null,
        };
}
