using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>
/// The route of a domain before <c>transport_maps</c> are asked: the transport of its class (<c>mydestination</c>, <c>relay_domains</c>, all
/// others), and as nexthop, in this order, the one that the transport parameter names, that of the sender, the relayhost, the domain itself.
/// </summary>
internal sealed class DefaultRoutes
{
    private readonly LocalDomains _localDomains;
    private readonly DomainMatchList _relayDomains;
    private readonly SenderMaps _senderRelayhosts;
    private readonly SenderMaps _senderTransports;
    private readonly Hop _localTransport;
    private readonly Hop _relayTransport;
    private readonly Hop _defaultTransport;
    private readonly string _relayhost;

    public DefaultRoutes(ConfigSnapshot snapshot, LookupTableSet tables)
    {
        _localDomains = new LocalDomains(snapshot, tables, ParentsMatch(RoutingParameters.MyDestination.Name, snapshot));
        _relayDomains = Domains(RoutingParameters.RelayDomains, snapshot, tables);
        _senderRelayhosts = new SenderMaps(RoutingParameters.SenderDependentRelayhostMaps,
            RoutingParameters.EmptyAddressRelayhostMapsLookupKey, snapshot, tables);
        _senderTransports = new SenderMaps(RoutingParameters.SenderDependentDefaultTransportMaps,
            RoutingParameters.EmptyAddressDefaultTransportMapsLookupKey, snapshot, tables);
        _localTransport = Transport(RoutingParameters.LocalTransport, snapshot, tables);
        _relayTransport = Transport(RoutingParameters.RelayTransport, snapshot, tables);
        _defaultTransport = Transport(RoutingParameters.DefaultTransport, snapshot, tables);
        _relayhost = snapshot.Get(RoutingParameters.Relayhost);
    }

    /// <summary>True if the answer depends on nothing but the domain and never changes.</summary>
    public bool AreFixed => !_localDomains.HasTables && !_relayDomains.HasTables && _senderRelayhosts.IsEmpty && _senderTransports.IsEmpty;

    /// <summary>The transport whose service may be missing because the relay has no local delivery.</summary>
    public string LocalTransport => _localTransport.Transport;

    /// <summary>The class of a recipient's domain, or why it is not known.</summary>
    public async ValueTask<(AddressClass Class, string? Failure)> ClassifyAsync(string domain, CancellationToken cancel)
    {
        var isLocal = await _localDomains.MatchAsync(domain, cancel);
        if (isLocal.Failure is not null || isLocal.IsMatch) return (AddressClass.Local, isLocal.Failure);
        var isRelayed = await _relayDomains.MatchAsync(domain, cancel);
        return (isRelayed.IsMatch ? AddressClass.Relay : AddressClass.Default, isRelayed.Failure);
    }

    /// <summary>The default hop for a domain of that class, or why it is not known.</summary>
    public async ValueTask<(Hop Hop, string? Failure)> FindAsync(string domain, AddressClass kind, string sender, CancellationToken cancel)
    {
        if (kind == AddressClass.Local) return (WithNexthop(_localTransport, domain), null);
        var transport = _relayTransport;
        if (kind == AddressClass.Default)
        {
            var own = await _senderTransports.LookupAsync(sender, cancel);
            if (own.IsFailure) return (default, own.Failure);
            transport = own.Value is { } value ? Hop.Split(value) : _defaultTransport;
        }
        if (transport.Nexthop.Length > 0) return (transport, null);
        var relayhost = await _senderRelayhosts.LookupAsync(sender, cancel);
        if (relayhost.IsFailure) return (default, relayhost.Failure);
        var nexthop = relayhost.Value ?? _relayhost;
        return (WithNexthop(transport, nexthop.Length > 0 ? nexthop : domain), null);
    }

    private static Hop WithNexthop(Hop transport, string nexthop) => transport.Nexthop.Length > 0 ? transport : transport with { Nexthop = nexthop };

    private static DomainMatchList Domains(Parameter<string> parameter, ConfigSnapshot snapshot, LookupTableSet tables) =>
        DomainMatchList.Parse(parameter.Name, snapshot.Get(parameter), tables, ParentsMatch(parameter.Name, snapshot));

    private static Hop Transport(Parameter<string> parameter, ConfigSnapshot snapshot, LookupTableSet tables)
    {
        var hop = Hop.Split(snapshot.Get(parameter));
        if (hop.Transport.Length > 0) return hop;
        const string message = "names no transport; write the name of a service in master.cf, as in smtp or smtp:[mail.example.com]";
        tables.Report(new ConfigFault(FaultSeverity.Error, tables.Origin, 0, parameter.Name, message));
        return new Hop(Hop.RetryTransport, $"4.3.5 {parameter.Name} names no transport");
    }

    /// <summary>Whether, for the parameter of that name, a domain stands for its sub-domains too.</summary>
    internal static bool ParentsMatch(string parameter, ConfigSnapshot snapshot) =>
        snapshot.Get(RoutingParameters.ParentDomainMatchesSubdomains).Contains(parameter, StringComparer.OrdinalIgnoreCase);
}
