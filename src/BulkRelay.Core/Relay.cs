using System.Net;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Egress.Dns;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core;

/// <summary>What came of starting a relay: the relay, unless one of the faults is an error.</summary>
public sealed record RelayStart(Relay? Relay, IReadOnlyList<ConfigFault> Faults);

/// <summary>
/// The whole relay: builds its parts in the order in which they need each other, and takes them down in the reverse order. Start it
/// once; a process may hold several, each on a queue of its own.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    /// <summary>How long transactions and deliveries that are under way may take to end at a stop.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LiveConfiguration _configuration;
    private readonly MailLog _log;
    private readonly TimeProvider _time;
    private readonly EgressServices _egress;
    private readonly ActorSystem _actors;
    private readonly QueueServices _queueServices;
    private readonly IActorRef _queue;
    private readonly IActorRef _ingress;
    private volatile RelayRoutes _routes;
}
