using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress.Sasl;

namespace BulkRelay.Core.Egress;

/// <summary>Finds the hosts of a nexthop: <see cref="MxResolver.ResolveAsync"/>.</summary>
public delegate ValueTask<MailHosts> FindHosts(Nexthop nexthop, ConfigSnapshot config, OwnHost own, CancellationToken cancel);

/// <summary>What all transports share.</summary>
/// <param name="Time">The clock of every time limit.</param>
/// <param name="FindHosts">The look-up of hosts.</param>
/// <param name="Own">By what the relay knows itself.</param>
public sealed record EgressServices(TimeProvider Time, FindHosts FindHosts, OwnEndpoints Own)
{
    /// <summary>What is remembered of signing in.</summary>
    internal SaslState Sasl { get; } = new(Time);
}
