namespace BulkRelay.Core.Queue;

/// <summary>A delivery whose result is in the store.</summary>
/// <param name="QueueId">Its message.</param>
/// <param name="HasLeft">The message has left the queue.</param>
/// <param name="NextDue">The earliest time at which a recipient that stays with this destination is due; the largest time if none
/// does.</param>
internal readonly record struct RecordedDelivery(string QueueId, bool HasLeft, DateTimeOffset NextDue);

/// <summary>
/// What has to be known of a destination beyond the life of its actor: its agents, and the deliveries under way, which end and are
/// recorded whatever becomes of the actor. Thread-safe.
/// </summary>
internal sealed class DestinationState
{
    private readonly QueueServices _services;
    private readonly Lock _gate = new();
    private List<RecordedDelivery> _recorded = [];
    private List<RecordedDelivery> _taken = [];
    private volatile IActorRef _actor = ActorRefs.Nobody;
    private int _outstanding;

    public DestinationState(DestinationKey key, QueueServices services)
    {
        _services = services;
        Key = key;
        Transport = services.TransportOf(key.Transport);
        Pace = new DestinationPace(services.Configuration.PaceOf(key.Transport), Transport.Slots, services.Time);
        Agents = new AgentPool(key, services, ended: () => Actor.Tell(DestinationChanged.Instance));
    }

    public DestinationKey Key { get; }

    /// <summary>Its transport, whose slots its deliveries take.</summary>
    public TransportState Transport { get; }

    public AgentPool Agents { get; }

    /// <summary>How fast it may go, from what deliveries have met.</summary>
    public DestinationPace Pace { get; }

    /// <summary>The destination's actor, which is told of what happens here.</summary>
    public IActorRef Actor
    {
        get => _actor;
        set => _actor = value;
    }

    /// <summary>Deliveries under way.</summary>
    public int InFlight => Pace.Busy;

    /// <summary>Recipients under delivery, or handled with a result that is not in the store yet.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>
    /// As <see cref="Outstanding"/>, with the records that were not taken in: a record says when the mail is due again, and an actor that
    /// stopped before it had taken that in would forget it.
    /// </summary>
    public int Unsettled
    {
        get
        {
            lock (_gate) return _outstanding + _recorded.Count;
        }
    }

    /// <summary>Why no mail is taken there now; null if it is. To ask changes nothing.</summary>
    public Closure? Closure => Transport.FindClosure() ?? Pace.Closure;

    /// <summary>The same for the destination's actor, which acts on it: a site whose time is over is revived by this look.</summary>
    public Closure? FindClosure() => Transport.FindClosure() ?? Pace.FindClosure();

    /// <summary>Begins a delivery, for which there is a slot.</summary>
    public void Begin(QueueEntry entry, PooledAgent agent)
    {
        Pace.Begin();
        Interlocked.Add(ref _outstanding, entry.Recipients.Count);
        ThreadPool.UnsafeQueueUserWorkItem(new Delivery(entry, agent, this, _services), preferLocal: false);
    }

    /// <summary>Defers an entry without a delivery; one that has grown too old is returned to its sender.</summary>
    public void Refuse(QueueEntry entry, Closure closure)
    {
        Interlocked.Add(ref _outstanding, entry.Recipients.Count);
        ThreadPool.UnsafeQueueUserWorkItem(new Delivery(entry, null, this, _services) { Refusal = closure }, preferLocal: false);
    }

    /// <summary>A delivery has ended; its result is on the way to the store.</summary>
    public void Finish(PooledAgent agent)
    {
        Agents.Return(agent);
        Transport.Slots.Return();
        Pace.End();
        Actor.Tell(DestinationChanged.Instance);
    }

    /// <summary>The result of a delivery is in the store. The actor is told once for all that comes until it looks.</summary>
    public void Record(int recipients, in RecordedDelivery delivery)
    {
        bool isFirst;
        lock (_gate)
        {
            Interlocked.Add(ref _outstanding, -recipients);
            isFirst = _recorded.Count == 0;
            _recorded.Add(delivery);
        }
        if (isFirst) Actor.Tell(new DeliveriesRecorded(Key));
    }

    /// <summary>What was recorded since the last call. Valid until the next one.</summary>
    public IReadOnlyList<RecordedDelivery> TakeRecorded()
    {
        lock (_gate)
        {
            _taken.Clear();
            (_recorded, _taken) = (_taken, _recorded);
            return _taken;
        }
    }
}
