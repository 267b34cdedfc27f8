using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Journal;

namespace BulkRelay.Core.Queue;

/// <summary>
/// One transport: the destinations it has mail for, each an actor while it is busy and a due time while it is not, and the line of those
/// that wait for a slot. A crashed destination is restarted and rebuilds itself from the store.
/// </summary>
internal sealed class TransportActor : UntypedActor, IWithTimers
{
    /// <summary>The pause before a destination whose actor ended unasked gets another one.</summary>
    private static readonly TimeSpan RevivePause = TimeSpan.FromSeconds(1);

    private readonly string _name;
    private readonly QueueServices _services;

    /// <summary>What destinations knew that have not begun yet.</summary>
    private readonly Dictionary<string, DestinationKnowledge> _recalled;
    private readonly TransportState _state;
    private readonly SlotLine _line;
    private readonly RateGate _gate = new();
    private readonly Dictionary<string, Child> _children = new(StringComparer.Ordinal);
    private readonly DormantDestinations _dormant = new();
    private bool _isDraining;

    /// <param name="name">The service in <c>master.cf</c>.</param>
    /// <param name="services">The queue.</param>
    /// <param name="recalled">What its destinations knew before the start, by nexthop; this actor's own from now on.</param>
    public TransportActor(string name, QueueServices services, Dictionary<string, DestinationKnowledge> recalled)
    {
        _recalled = recalled;
        _name = name;
        _services = services;
        _state = services.TransportOf(name);
        _line = new SlotLine(_state.Slots);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _state.Slots.Owner = Self;
        ApplyRateDelay();
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(ReadBacklog.Instance);
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        _services.Log.Error($"transport {_name} failed and is rebuilt from the queue: {reason}");
        (message as IUndeliverable)?.GiveBack(_services);
        foreach (var child in _children.Values)
            foreach (var waiting in child.Buffer ?? [])
                (waiting as IUndeliverable)?.GiveBack(_services);
        base.PreRestart(reason, message);
    }

    protected override SupervisorStrategy SupervisorStrategy() => LoggedStrategy.Default;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HandOver handOver: Forward(handOver.Destination.Nexthop, handOver); break;
            case DestinationDue due: OnDue(due); break;
            case Delivery late: OnLate(late.Entry.Destination, late, state => state.End(late)); break;
            case AgentEnded late: OnLate(late.Destination, late, static state => state.Agents.End()); break;
            case SlotWanted wanted: _line.Add(Sender, wanted.Pace); GrantSlots(); break;
            case SlotReturned or GateTick: GrantSlots(); break;
            case TransportFailed: Broadcast(DestinationChanged.Instance); break;
            case FlushDestination flush: OnFlush(flush); break;
            case Passivate passivate: OnPassivate(passivate); break;
            case PassivationRefused refused: OnPassivationRefused(refused.Nexthop); break;
            case DestinationStopped stopped: OnStopped(stopped.Nexthop); break;
            case WakeTick: WakeDue(); break;
            case Reconfigured: OnReconfigured(); break;
            case MessagesRecalled or ReadAnew or TellAgain: Broadcast(message); break;
            case FreezesChanged: Broadcast(message); WakeDue(); break;
            case Drain: OnDrain(); break;
            case GetQueueStatus: DescribeAsync().PipeTo(Sender); break;
            default: Unhandled(message); break;
        }
    }

    private void Forward(string nexthop, object message)
    {
        if (_isDraining)
        {
            (message as IUndeliverable)?.GiveBack(_services);
            return;
        }
        if (!_children.TryGetValue(nexthop, out var child)) child = Start(nexthop);
        if (child.Buffer is { } buffer) buffer.Add(message);
        else child.Actor.Tell(message);
    }

    private Child Start(string nexthop)
    {
        var key = new DestinationKey(_name, nexthop);
        var services = _services;
        var known = _recalled.Remove(nexthop, out var recalled) ? recalled : null;
        var state = services.Destinations.GetOrAdd(key, static (k, s) => new DestinationState(k, s.services, s.known), (services, known));
        var actor = Context.ActorOf(ActorMaker<DestinationActor>.Props(() => new DestinationActor(services, state)));
        Context.WatchWith(actor, new DestinationStopped(nexthop));
        var child = new Child(actor);
        _children.Add(nexthop, child);
        if (_dormant.Remove(nexthop) is { } due) actor.Tell(new DestinationDue(key, due));
        return child;
    }

    private void OnDue(DestinationDue due)
    {
        var nexthop = due.Destination.Nexthop;
        if (_children.ContainsKey(nexthop)) Forward(nexthop, due);
        else
        {
            _dormant.Add(nexthop, due.Due);
            WakeDue();
        }
    }

    /// <summary>
    /// News of deliveries of a destination's actor that is gone: for its successor, or taken in here as long as there is none.
    /// </summary>
    private void OnLate(DestinationKey destination, object message, Action<DestinationState> takeIn)
    {
        if (_children.TryGetValue(destination.Nexthop, out var child)) child.Actor.Tell(message);
        else if (_services.Destinations.TryGetValue(destination, out var state)) takeIn(state);
    }

    private void WakeDue()
    {
        if (_isDraining || _services.IsFrozen(_name)) return;
        var now = _services.Time.GetUtcNow();
        var closure = _state.FindClosure();
        while (closure is null && _dormant.TryPeekDue(now, out var nexthop)) Start(nexthop);
        if (_dormant.Next() is not { } next) return;
        if (closure?.Until > next) next = closure.Until;
        if (next < DateTimeOffset.MaxValue) Timers.StartSingleTimer(WakeTick.Instance, WakeTick.Instance, DueDelay.Until(next, now));
    }

    private void OnPassivate(Passivate passivate)
    {
        if (!_children.TryGetValue(passivate.Nexthop, out var child) || child.Buffer is not null) return;
        child.Buffer = [];
        child.NextDue = passivate.NextDue;
        child.Actor.Tell(PassivationGranted.Instance);
    }

    private void OnPassivationRefused(string nexthop)
    {
        if (!_children.TryGetValue(nexthop, out var child) || child.Buffer is null) return;
        foreach (var waiting in child.Buffer) child.Actor.Tell(waiting);
        child.Buffer = null;
    }

    private void OnStopped(string nexthop)
    {
        if (!_children.Remove(nexthop, out var child)) return;
        var buffer = child.Buffer;
        if (buffer is not null) _services.Destinations.TryRemove(new DestinationKey(_name, nexthop), out _);
        _dormant.Add(nexthop, buffer is null ? _services.Time.GetUtcNow() + RevivePause : child.NextDue);
        foreach (var waiting in buffer ?? []) Forward(nexthop, waiting);
        WakeDue();
        StopIfDrained();
    }

    private void OnReconfigured()
    {
        _state.Reconfigure();
        foreach (var nexthop in _recalled.Keys.ToList()) ForgetRecalled(nexthop);
        ApplyRateDelay();
        Broadcast(Reconfigured.Instance);
        GrantSlots();
        WakeDue();
    }

    private void OnFlush(FlushDestination flush)
    {
        _state.Flush();
        foreach (var nexthop in flush.Destination is { } one ? [one.Nexthop] : _recalled.Keys.ToList()) ForgetRecalled(nexthop);
        if (flush.Destination is { } destination) Forward(destination.Nexthop, flush);
        else Broadcast(flush);
        WakeDue();
    }

    /// <summary>The operator has decided otherwise than what was learned before the start.</summary>
    private void ForgetRecalled(string nexthop)
    {
        if (_recalled.Remove(nexthop)) _services.Queue.Tell(new DestinationForgotten(new DestinationKey(_name, nexthop)));
    }

    private void ApplyRateDelay()
    {
        _gate.Apply(_services.Configuration.TransportRateDelay(_name), _services.Time.GetUtcNow());
        _state.Slots.IsGated = _gate.Delay > TimeSpan.Zero;
    }

    /// <summary>A slot for the next in line, as long as there are any and the gate is open.</summary>
    private void GrantSlots()
    {
        var slots = _state.Slots;
        slots.IsContended = _line.Count > 0;
        while (_line.Count > 0)
        {
            var now = _services.Time.GetUtcNow();
            if (_gate.OpensAt(now) is { } opens)
            {
                Timers.StartSingleTimer(GateTick.Instance, GateTick.Instance, DueDelay.Until(opens, now));
                return;
            }
            if (_line.TakeNext() is not { } next) return;
            _gate.Pass();
            next.Tell(new SlotGranted(slots));
        }
        slots.IsContended = false;
    }

    private void Broadcast(object message)
    {
        foreach (var child in _children.Values) child.Actor.Tell(message);
    }

    private void OnDrain()
    {
        _isDraining = true;
        Broadcast(Drain.Instance);
        StopIfDrained();
    }

    private void StopIfDrained()
    {
        if (_isDraining && _children.Count == 0) Context.Stop(Self);
    }

    /// <summary>Those that are about to stop have nothing in hand and may not answer any more; all others do.</summary>
    private Task<QueueStatus> DescribeAsync()
    {
        var dormant = _dormant.All.Concat(_children.Where(c => c.Value.Buffer is not null && c.Value.NextDue != DateTimeOffset.MaxValue)
            .Select(c => KeyValuePair.Create(c.Key, c.Value.NextDue)));
        var closure = _state.FindClosure();
        var known = dormant.Select(d => DormantStatus(d.Key, d.Value, closure)).ToList();
        var asked = _children.Values.Where(c => c.Buffer is null)
            .Select(c => c.Actor.Ask<object>(GetQueueStatus.Instance, QueueActor.StatusTimeout));
        return JoinAsync(known, Task.WhenAll(asked));
    }

    private DestinationStatus DormantStatus(string nexthop, DateTimeOffset due, Closure? ofTransport)
    {
        var known = _recalled.TryGetValue(nexthop, out var recalled) && recalled.Closure?.Until > _services.Time.GetUtcNow() ? recalled.Closure : null;
        var closure = ofTransport ?? known;
        return new DestinationStatus(new DestinationKey(_name, nexthop), 0, 0, 0, 0, false, due)
        {
            Suspension = closure?.Reason,
            SuspendedUntil = closure?.Reopens,
        };
    }

    /// <summary>For a destination that has stopped meanwhile the queue manager answers: with nothing.</summary>
    private static async Task<QueueStatus> JoinAsync(List<DestinationStatus> known, Task<object[]> answers) =>
        new([.. known, .. (await answers.ConfigureAwait(false)).OfType<DestinationStatus>()]);

    /// <summary>A destination's actor; while it is about to stop, a buffer for what comes.</summary>
    private sealed class Child(IActorRef actor)
    {
        public IActorRef Actor { get; } = actor;

        public List<object>? Buffer { get; set; }

        public DateTimeOffset NextDue { get; set; }
    }

    private sealed record DestinationStopped(string Nexthop);

    private sealed record GateTick
    {
        public static readonly GateTick Instance = new();
    }

    private sealed record WakeTick
    {
        public static readonly WakeTick Instance = new();
    }
}
