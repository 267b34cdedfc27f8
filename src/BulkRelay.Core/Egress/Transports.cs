using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Egress;

/// <summary>Makes the transport of one service.</summary>
/// <param name="name">The service name, which is the transport's name in tables.</param>
/// <param name="config">The configuration with the service's own overrides.</param>
/// <param name="log">The mail log under the service's name.</param>
/// <param name="services">What all transports share.</param>
/// <param name="tables">The tables of the configuration. What is wrong with the service is reported there.</param>
public delegate ITransport TransportFactory(string name, ConfigSnapshot config, ServiceLog log, EgressServices services, LookupTableSet tables);

/// <summary>The delivery agents that services of <c>master.cf</c> can name as their command: one row each.</summary>
public static class Transports
{
    /// <summary>By the command of the service's line. <c>relay</c> is no row: it is a service with the command <c>smtp</c>.</summary>
    public static readonly IReadOnlyDictionary<string, TransportFactory> ByCommand = new Dictionary<string, TransportFactory>
    {
        ["smtp"] = (name, config, log, services, tables) => new SmtpTransport(name, config, log, services, tables),
        ["error"] = (name, _, _, services, _) => new ErrorTransport(name, services.Time),
        ["discard"] = (name, _, _, services, _) => new DiscardTransport(name, services.Time),
    };
}
