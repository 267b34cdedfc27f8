using BulkRelay.Core.Queue.Journal;

namespace BulkRelay.Core.Queue;

/// <summary>A delivery whose result is in the store.</summary>
/// <param name="QueueId">Its message.</param>
/// <param name="Recipients">How many recipients it was for.</param>
/// <param name="HasLeft">The message has left the queue.</param>
/// <param name="NextDue">The earliest time at which a recipient that stays with this destination is due; the largest time if none
/// does.</param>
internal readonly record struct RecordedDelivery(string QueueId, int Recipients, bool HasLeft, DateTimeOffset NextDue);

/// <summary>
/// What has to be known of a destination beyond the life of its actor: its pace, its agents, and the deliveries under way, which end and
/// are recorded whatever becomes of the actor. It changes only in that actor, or while there is none in the actor of its transport:
/// deliveries report by message. <see cref="Report"/>, <see cref="Record"/> and <see cref="Closure"/> alone may be used from any thread.
/// </summary>
internal sealed class DestinationState
{
    private readonly QueueServices _services;
    private readonly Lock _gate = new();
    private List<RecordedDelivery> _recorded = [];
    private List<RecordedDelivery> _taken = [];
    private volatile IActorRef _actor = ActorRefs.Nobody;

    /// <param name="key">Which one.</param>
    /// <param name="services">The queue.</param>
    /// <param name="known">What it knew before the start of the relay; null if that is nothing.</param>
    public DestinationState(DestinationKey key, QueueServices services, DestinationKnowledge? known = null)
    {
        _services = services;
        Key = key;
        Transport = services.TransportOf(key.Transport);
        Pace = new DestinationPace(services.Configuration.PaceOf(key.Transport), Transport.Slots, services.Time, known);
        Agents = new AgentPool(key, services, agentEnded: () => Actor.Tell(new AgentEnded(key)));
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

    /// <summary>
    /// Recipients under delivery, or handled with a result that is not in the store yet or was not taken in: a record says when the mail is
    /// due again, and an actor that stopped before it had taken that in would forget it.
    /// </summary>
    public int Outstanding { get; private set; }

    /// <summary>Why no mail is taken there now; null if it is. To ask changes nothing.</summary>
    public Closure? Closure => Transport.FindClosure() ?? Pace.Closure;

    /// <summary>The same for the destination's actor, which acts on it: a site whose time is over is revived by this look.</summary>
    public Closure? FindClosure() => Transport.FindClosure() ?? Pace.FindClosure();

    /// <summary>Begins a delivery, for which there is a slot.</summary>
    public void Begin(QueueEntry entry, PooledAgent agent)
    {
        Pace.Begin();
        Start(new Delivery(entry, agent, this, _services));
    }

    /// <summary>Defers an entry without a delivery; one that has grown too old is returned to its sender.</summary>
    public void Refuse(QueueEntry entry, Closure closure) => Start(new Delivery(entry, null, this, _services) { Refusal = closure });

    /// <summary>A delivery is over, its result is on the way to the store: what it met is for the destination to know.</summary>
    public void End(Delivery delivery)
    {
        if (delivery.Agent is not { } agent) return;
        Agents.Return(agent);
        if (delivery.Trouble is { } trouble) Pace.Fail(delivery.SiteStatus, trouble);
        else if (delivery.IsAnswered) Pace.Succeed();
        Pace.End();
    }

    /// <summary>Tells the actor that a delivery is over, and gives its slot back: in that order, so that the one who gets it knows.</summary>
    public void Report(Delivery delivery)
    {
        Actor.Tell(delivery);
        Transport.Slots.Return();
    }

    /// <summary>The result of a delivery is in the store. The actor is told once for all that comes until it looks.</summary>
    public void Record(in RecordedDelivery delivery)
    {
        bool isFirst;
        lock (_gate)
        {
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
        }
        foreach (var recorded in _taken) Outstanding -= recorded.Recipients;
        return _taken;
    }

    private void Start(Delivery delivery)
    {
        Outstanding += delivery.Entry.Recipients.Count;
        ThreadPool.UnsafeQueueUserWorkItem(delivery, preferLocal: false);
    }
}
