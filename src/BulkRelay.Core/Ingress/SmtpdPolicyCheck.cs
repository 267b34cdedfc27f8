using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Restrictions.DnsLists;
using BulkRelay.Core.Ingress.Restrictions.PolicyService;
using BulkRelay.Core.Ingress.Tls;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// What would show only when a client comes: values of tables that mean nothing, policy services and servers of passwords that are not there.
/// For <c>check</c>, start and reload; sessions do without.
/// </summary>
internal static class SmtpdPolicyCheck
{
    /// <summary>The most different sets of certificates that are read.</summary>
    private const int MaxChains = 1000;

    /// <summary>Looks for faults.</summary>
    /// <param name="policy">The policy of a service.</param>
    /// <param name="destination">What is wrong with a destination, <c>transport:nexthop</c>.</param>
    /// <param name="time">The clock by which servers that do not answer are given up.</param>
    public static IReadOnlyList<ConfigFault> Run(SmtpdPolicy policy, ValueCheck destination, TimeProvider time)
    {
        var faults = new List<ConfigFault>();
        CheckTables(policy, destination, faults.Add);
        foreach (var (parameter, service) in policy.Setup.PolicyServices)
            if (policy.Setup.AccessRules.Fault(service.DefaultAction.Trim(), destination) is { } fault)
                faults.Add(new ConfigFault(FaultSeverity.Error, "", 0, parameter, $"policy service {service.Name}: default action: {fault}"));
        if (EhloOffers.FaultOfDiscarded(policy.Snapshot.Get(SmtpdParameters.DiscardEhloKeywords)) is { } unknown)
            faults.Add(new ConfigFault(FaultSeverity.Warning, "", 0, SmtpdParameters.DiscardEhloKeywords.Name, unknown));
        // What no restriction uses is opened for its faults, as Postfix does at the start.
        foreach (var parameter in new[] { SmtpdTlsParameters.RelayClientcerts, SaslServerParameters.SenderLoginMaps })
            policy.Tables.OpenAll(policy.Snapshot.Get(parameter), parameter.Name);
        policy.Setup.Addresses(CheckParameters.PermitMxBackupNetworks.Name, policy.Snapshot.Get(CheckParameters.PermitMxBackupNetworks));
        faults.AddRange(policy.Tables.Faults);
        var peers = policy.Setup.PolicyServices.Select(s => PeerOf(s.Parameter, s.Service)).Concat(policy.Sasl?.Peers ?? []);
        return [.. faults, .. PeerCheck.Run(peers.DistinctBy(p => (p.Parameter, p.Name)), time)];
    }

    private static void CheckTables(SmtpdPolicy policy, ValueCheck destination, Action<ConfigFault> report)
    {
        var (check, setup, snapshot) = (new TableCheck(), policy.Setup, policy.Snapshot);
        foreach (var (parameter, table) in setup.AccessTables)
            check.Run(report, parameter, [table], value => setup.AccessRules.Fault(value, destination));
        Run(SmtpdParameters.DiscardEhloKeywordAddressMaps, value => EhloOffers.FaultOfDiscarded(SmtpdPolicy.SplitKeywords(value)));
        Run(DnsListParameters.RblReplyMaps, value => DnsListReply.Fault(value, setup));
        Run(SmtpdTlsParameters.ServerSniMaps, value => ServerNames.Fault(value, snapshot), MaxChains);
        var digest = snapshot.Get(SmtpdTlsParameters.FingerprintDigest);
        foreach (var (parameter, table) in setup.AccessTables.Concat(Opened(SmtpdTlsParameters.RelayClientcerts)))
            if (FingerprintLists.Check(parameter, table, SmtpdTlsParameters.FingerprintDigest, digest) is { } fault) report(fault);
        if (policy.ErrorReplies is { } replies) Run(SmtpdParameters.RejectFooterMaps, replies.Fault);

        void Run(Parameter<string> parameter, ValueCheck value, int limit = int.MaxValue) =>
            check.Run(report, parameter.Name, Opened(parameter).Select(o => o.Table), value, limit);

        IEnumerable<(string Parameter, ILookupTable Table)> Opened(Parameter<string> parameter) =>
            policy.Tables.OpenAll(snapshot.Get(parameter), parameter.Name).Select(table => (parameter.Name, table));
    }

    private static Peer PeerOf(string parameter, PolicyServiceSettings service)
    {
        return new Peer(parameter, $"policy service {service.Name}", ConnectAsync, $"the default action is done: {service.DefaultAction}");

        async Task ConnectAsync(CancellationToken cancel) =>
            (await PolicyConnection.OpenAsync(service.Endpoint, TimeProvider.System, cancel)).Dispose();
    }
}
