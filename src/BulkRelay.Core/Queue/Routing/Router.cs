using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>
/// Finds the destination of a recipient as Postfix's trivial-rewrite(8) and qmgr(8) do: the default route of its domain, then
/// <c>transport_maps</c>, then the destination's name. One per configuration; safe for many threads. Tables are asked each time, so a
/// changed one counts at once.
/// </summary>
public sealed class Router
{
    /// <summary>Where reports about mail to the postmaster go, so that they end (Postfix: qmgr(8)).</summary>
    private static readonly DestinationKey Discarded = new(Hop.DiscardTransport, "undeliverable postmaster notification discarded");

    private readonly DefaultRoutes _defaults;
    private readonly LookupTableList _transportMaps;
    private readonly RecipientDomains _domains;
    private readonly AddressExtension _extension;
    private readonly ConfigSnapshot _snapshot;
    private readonly IReadOnlySet<string> _services;
    private readonly string _origin;
    private readonly string _doubleBounce;
    private readonly bool _isFixed;

    /// <param name="snapshot">The configuration.</param>
    /// <param name="tables">Its tables. Faults of the routing parameters are reported there.</param>
    /// <param name="services">The names of the services in <c>master.cf</c> that deliver. <c>error</c> and <c>retry</c> are always there.</param>
    public Router(ConfigSnapshot snapshot, LookupTableSet tables, IReadOnlySet<string> services)
    {
        var maps = RoutingParameters.TransportMaps;
        _snapshot = snapshot;
        _services = services;
        _defaults = new DefaultRoutes(snapshot, tables);
        _transportMaps = new LookupTableList(maps.Name, snapshot.Get(maps), tables);
        _domains = new RecipientDomains(DefaultRoutes.ParentsMatch(maps.Name, snapshot));
        _extension = new AddressExtension(snapshot);
        _origin = snapshot.Get(RoutingParameters.MyOrigin);
        _doubleBounce = PostmasterAddress.DoubleBounce(snapshot);
        _isFixed = _defaults.AreFixed && _transportMaps.IsEmpty;
    }

    /// <summary>
    /// What the operator is told of a configuration by which mail for <c>mydestination</c> goes nowhere; null if it goes somewhere.
    /// </summary>
    public ConfigFault? LocalFault()
    {
        var domains = _snapshot.Get(RoutingParameters.MyDestination);
        var transport = _defaults.LocalTransport;
        if (domains.Length == 0 || _services.Contains(transport)) return null;
        return new ConfigFault(FaultSeverity.Warning, "main.cf", 0, RoutingParameters.MyDestination.Name,
            $"mail for {domains} is refused, for local_transport: {MissingService.Describe(transport, _snapshot)}. Set mydestination empty, "
            + "or local_transport to where that mail goes; what transport_maps send elsewhere is taken.");
    }

    /// <summary>The route of a recipient for mail of a sender. Never fails: what cannot be found out is a route to <c>retry</c>.</summary>
    /// <param name="recipient">The address as it is written in SMTP. Without a domain it belongs to <c>myorigin</c>.</param>
    /// <param name="sender">The envelope sender; empty for the null sender.</param>
    /// <param name="filter">Where the whole message goes, <c>transport:nexthop</c>; empty for the way of the recipient.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public ValueTask<Route> RouteAsync(string recipient, string sender, string filter, CancellationToken cancel)
    {
        if (recipient.Equals(_doubleBounce, StringComparison.OrdinalIgnoreCase)) return new(new Route(Discarded));
        var at = recipient.LastIndexOf('@');
        var hasDomain = at >= 0 && at < recipient.Length - 1;
        var domain = _domains.Get(hasDomain ? recipient.AsSpan(at + 1) : _origin);
        if (filter.Length > 0) return new(ToFilter(filter, recipient, domain));
        if (domain.Route is { } route) return new(route);
        return FindAsync(hasDomain ? recipient : $"{recipient.TrimEnd('@')}@{domain.Name}", domain, sender, cancel);
    }

    private async ValueTask<Route> FindAsync(string recipient, RecipientDomain domain, string sender, CancellationToken cancel)
    {
        if (!domain.IsValid) return new Route(new DestinationKey(Hop.ErrorTransport, "5.1.3 bad address syntax"));
        var (kind, unknown) = await _defaults.ClassifyAsync(domain.Name, cancel);
        if (unknown is not null) return Unresolved(unknown);
        var (hop, failure) = await _defaults.FindAsync(domain.Name, kind, sender, cancel);
        if (failure is not null) return Unresolved(failure);
        if (!_transportMaps.IsEmpty)
        {
            var found = await FindTransportAsync(recipient, domain, cancel);
            if (found.IsFailure) return Unresolved(found.Failure!);
            if (found.Value is { } value) hop = hop.Apply(Hop.Split(value), domain.Name);
        }
        return Finish(hop, kind, recipient, domain, _isFixed);
    }

    /// <summary>The order of transport(5): full address, address without extension, domain, parent domains, <c>*</c>.</summary>
    private async ValueTask<LookupResult> FindTransportAsync(string recipient, RecipientDomain domain, CancellationToken cancel)
    {
        var found = await _transportMaps.LookupAsync(recipient, isPart: false, cancel);
        if (!found.IsFound && !found.IsFailure && _extension.Strip(recipient) is { } plain)
            found = await _transportMaps.LookupAsync(plain, isPart: true, cancel);
        if (!found.IsFound && !found.IsFailure)
            found = await _transportMaps.LookupAsync(domain.Name, isPart: true, cancel);
        for (var i = 0; i < domain.Parents.Length && !found.IsFound && !found.IsFailure; i++)
            found = await _transportMaps.LookupAsync(domain.Parents[i], isPart: true, cancel);
        return found.IsFound || found.IsFailure ? found : await _transportMaps.LookupAsync("*", isPart: true, cancel);
    }

    /// <summary>A content filter stands in for the route; without a nexthop it gets the recipient's domain (FILTER_README).</summary>
    private Route ToFilter(string filter, string recipient, RecipientDomain domain)
    {
        var hop = Hop.Split(filter);
        return Finish(hop.Nexthop.Length > 0 ? hop : hop with { Nexthop = domain.Name }, AddressClass.Default, recipient, domain, isFixed: false);
    }

    private Route Finish(Hop hop, AddressClass kind, string recipient, RecipientDomain domain, bool isFixed)
    {
        if (hop.Nexthop.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            return Unresolved($"transport {hop.Transport}: the nexthop for {recipient} has control characters");
        var route = new Route(hop.ToDestination(), kind);
        if (hop.IsText) return route;
        if (!_services.Contains(hop.Transport)) return WithoutService(hop.Transport, kind);
        if (_snapshot.Get(hop.Transport, TransportParameters.DestinationRecipientLimit) == 1)
            return route with { Destination = route.Destination with { Nexthop = PerRecipient(recipient, route.Destination.Nexthop) } };
        if (isFixed) domain.Route = route;
        return route;
    }

    /// <summary>With a recipient limit of 1 each recipient is a destination of its own: <c>user@nexthop</c>, without the extension.</summary>
    private string PerRecipient(string recipient, string nexthop)
    {
        var plain = _extension.Strip(recipient) ?? recipient;
        return string.Concat(plain.AsSpan(0, plain.LastIndexOf('@') + 1), nexthop).ToLowerInvariant();
    }

    /// <summary>
    /// Mail for a transport that <c>master.cf</c> lacks waits, as in Postfix: it is a slip that can be mended. Not so for
    /// <c>local_transport</c>: a relay delivers nothing on the spot, and waiting would not change that.
    /// </summary>
    private Route WithoutService(string transport, AddressClass kind)
    {
        if (transport == _defaults.LocalTransport)
            return new Route(new DestinationKey(Hop.ErrorTransport, "5.3.5 no local delivery here"), kind, IsNowhere: true);
        return new Route(new DestinationKey(Hop.RetryTransport, "4.3.0 mail transport unavailable"), kind,
            MissingService.Describe(transport, _snapshot));
    }

    private static Route Unresolved(string failure) =>
        new(new DestinationKey(Hop.RetryTransport, "4.3.0 address resolver failure"), Failure: failure, IsUnresolved: true);
}
