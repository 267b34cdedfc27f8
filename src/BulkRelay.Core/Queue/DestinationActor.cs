using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue;

/// <summary>
/// One destination: holds a window of its due mail in memory, starts deliveries as far as its pace and the transport's slots allow,
/// defers that mail while it is closed, reads on from the store, and stops itself when there is nothing to do. All it knows can be read
/// again from the store: after a crash its successor does that, while deliveries under way end by themselves.
/// </summary>
internal sealed class DestinationActor : UntypedActor, IWithTimers
{
    /// <summary>How often idle agents and an idle destination are looked for, and for how long they may be idle.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    /// <summary>The pause after a read that brought little, and after a restart or a failed read.</summary>
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private static readonly object HealthTimer = new();

    private readonly QueueServices _services;
    private readonly DestinationState _state;
    private readonly EntryWindow _window;
    private readonly EntryReader _reader;
    private readonly ReadSchedule _reads = new();
    private readonly SlotWanted _wanted;

    /// <summary>Where the next read goes on among the flows.</summary>
    private long _lastFlow = -1;
    private DateTimeOffset _timerDue = DateTimeOffset.MaxValue;
    private DateTimeOffset _activeAt;

    /// <summary>The message being handled, until what it carries has found its place.</summary>
    private IUndeliverable? _carrying;
    private bool _isInLine;

    /// <summary>The last read brought nothing that still belongs here.</summary>
    private bool _isDeserted;
    private bool _isDraining;

    public DestinationActor(QueueServices services, DestinationState state)
    {
        _services = services;
        _state = state;
        _window = new EntryWindow(services);
        _reader = new EntryReader(state.Key, services);
        _wanted = new SlotWanted(state.Pace);
        _activeAt = services.Time.GetUtcNow();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _state.Actor = Self;
        StartIdleTimer();
        // A predecessor may have been told of these.
        OnRecorded();
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        var now = _services.Time.GetUtcNow();
        _reads.End(now, now + FailurePause);
        ReadOn();
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        _services.Log.Error($"destination {_state.Key.Transport}:{_state.Key.Nexthop} failed and is rebuilt from the queue: {reason}");
        _carrying?.GiveBack(_services);
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        _window.Drop();
        // Agents under delivery come back to the pool; the successor, if there is one, uses what it finds there.
        _state.Agents.DiscardIdle(DateTimeOffset.MaxValue);
    }

    protected override void OnReceive(object message)
    {
        _carrying = message as IUndeliverable;
        switch (message)
        {
            case HandOver handOver: Admit(handOver.Entries, isRead: false); break;
            case Delivery delivery: OnEnded(delivery); break;
            case AgentEnded: OnAgentEnded(); break;
            case DestinationChanged: _activeAt = _services.Time.GetUtcNow(); break;
            case DeliveriesRecorded: OnRecorded(); break;
            case ReadFinished read: OnRead(read); break;
            case ReadFailed failed: OnReadFailed(failed.Cause); break;
            case SlotGranted granted: OnSlotGranted(granted); break;
            case DestinationDue due: _reads.Lower(due.Due); break;
            case DueTick: _timerDue = DateTimeOffset.MaxValue; break;
            case IdleTick: OnIdleTick(); break;
            case PassivationGranted: OnPassivationGranted(); break;
            case FlushDestination: OnFlush(); break;
            case Reconfigured: OnReconfigured(); break;
            case MessagesRecalled recalled: Reread(_window.Drop(e => recalled.MessageIds.Contains(e.Message.Id))); break;
            case FreezesChanged: Reread(_window.Drop()); break;
            case ReadAnew: _window.Drop(); _reads.Lower(_services.Time.GetUtcNow()); break;
            case Drain: _isDraining = true; _window.Drop(); break;
            case TellAgain: _state.Pace.ForgetNews(); break;
            case GetQueueStatus: break;
            default: Unhandled(message); return;
        }
        StartDeliveries();
        ReadOn();
        TellNews();
        // Last, so that what is told holds until something happens or a timer fires that is set by now.
        if (message is GetQueueStatus) Sender.Tell(Describe());
        if (_isDraining && _state is { InFlight: 0, Outstanding: 0 }) Context.Stop(Self);
    }

    /// <summary>Takes in what there is room for; the rest stays in the store. Returns how many entries came in.</summary>
    private int Admit(IReadOnlyList<QueueEntry> entries, bool isRead)
    {
        _activeAt = _services.Time.GetUtcNow();
        var admitted = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            if (Parking.Park(entries[i], _services) is not { } entry || TryAdd(entry, isRead))
            {
                admitted++;
                continue;
            }
            _services.Drop(entry);
            _reads.Lower(_activeAt);
        }
        _carrying = null;
        if (_window.TakeDisplaced()) _reads.Lower(_activeAt);
        return admitted;
    }

    private bool TryAdd(QueueEntry entry, bool isRead) =>
        !_isDraining && !IsFrozen() && !_services.Claims.IsRecalled(entry) && _window.TryAdd(entry, isRead, _state.Outstanding);

    private void StartDeliveries()
    {
        while (_window.Count > 0)
        {
            switch (WhyIdle(out var closure))
            {
                case IdleReason.None when _state.Transport.Slots.TryTake(_state.Pace): StartDelivery(); break;
                case IdleReason.None:
                    _isInLine = true;
                    Context.Parent.Tell(_wanted);
                    return;
                case IdleReason.Closed:
                    if (TakeEntry() is { } entry) _state.Refuse(entry, closure!);
                    break;
                default: return;
            }
        }
    }

    /// <summary>The first entry that waits; null if what was read of it does not hold any more: then it is read again.</summary>
    private QueueEntry? TakeEntry()
    {
        var entry = _window.Take();
        if (!_services.Claims.IsRecalled(entry)) return entry;
        _services.DropActive(entry);
        _reads.Lower(_services.Time.GetUtcNow());
        return null;
    }

    /// <summary>
    /// Why waiting mail is not taken to the destination now: the one place where that is decided. When the reason goes with time, the
    /// timer is set; all others go with a message.
    /// </summary>
    private IdleReason WhyIdle(out Closure? closure)
    {
        closure = null;
        if (_isDraining) return IdleReason.Draining;
        if (IsFrozen()) return IdleReason.Frozen;
        if (!_services.MayDeliver)
        {
            if (!Timers.IsTimerActive(HealthTimer)) Timers.StartSingleTimer(HealthTimer, DueTick.Instance, FailurePause);
            return IdleReason.StoreDown;
        }
        closure = _state.FindClosure();
        if (closure is not null) return IdleReason.Closed;
        if (_isInLine) return IdleReason.InLine;
        if (!_state.Pace.CanBegin(out var restsUntil))
        {
            if (restsUntil is { } until) SetTimer(until, _services.Time.GetUtcNow());
            return IdleReason.Pace;
        }
        return _state.Agents.CanTake(_state.Pace.Window) ? IdleReason.None : IdleReason.Agents;
    }

    private void StartDelivery()
    {
        if (TakeEntry() is not { } entry)
        {
            _state.Transport.Slots.Return();
            return;
        }
        if (_state.Agents.Take() is { } agent)
        {
            _state.Begin(entry, agent);
            return;
        }
        _state.Transport.Slots.Return();
        _state.Refuse(entry, _state.Transport.Fail());
        Context.Parent.Tell(TransportFailed.Instance);
    }

    private void OnSlotGranted(SlotGranted granted)
    {
        _isInLine = false;
        _carrying = null;
        if (_window.Count > 0 && WhyIdle(out _) == IdleReason.None) StartDelivery();
        else granted.Slots.Return();
    }

    /// <summary>What it has learned is kept over a restart: only what is of another kind than before.</summary>
    private void TellNews()
    {
        if (!_state.Pace.TryTakeNews(out var known)) return;
        _services.Queue.Tell(known is null ? new DestinationForgotten(_state.Key) : new DestinationLearned(_state.Key, known));
    }

    /// <summary>The operator has decided otherwise than what was learned.</summary>
    private void ForgetTold()
    {
        if (!_state.Pace.HasTold) return;
        _services.Queue.Tell(new DestinationForgotten(_state.Key));
        _state.Pace.ForgetNews();
    }

    private void OnEnded(Delivery delivery)
    {
        _activeAt = _services.Time.GetUtcNow();
        _state.End(delivery);
        _carrying = null;
    }

    private void OnAgentEnded()
    {
        _activeAt = _services.Time.GetUtcNow();
        _state.Agents.End();
        _carrying = null;
    }

    private void OnRecorded()
    {
        foreach (var recorded in _state.TakeRecorded())
        {
            if (recorded.HasLeft) _services.Log.Info($"{recorded.QueueId}: removed");
            _reads.Lower(recorded.NextDue);
        }
    }

    /// <summary>Reads from the store if it has due mail and there is room, or sets the timer for when it has. Not while closed.</summary>
    private void ReadOn()
    {
        if (_isDraining || IsFrozen() || _reads.ReadAt is not { } readAt) return;
        var now = _services.Time.GetUtcNow();
        if (_state.FindClosure() is { } closure && !_state.Pace.IsClosedSinceBefore) readAt = closure.Until;
        if (readAt > now)
        {
            SetTimer(readAt, now);
            return;
        }
        var wanted = _window.Wanted(_state.Outstanding);
        if (!_isDeserted) wanted = Math.Min(wanted, _state.Pace.ReadLimit - _window.Recipients - _state.Outstanding);
        if (wanted <= 0) return;
        _reads.Begin();
        _reader.ReadAsync(new ReadWish(now, wanted, _state.Outstanding, _window.ByFlow(), _lastFlow)).PipeTo(Self, failure: static e => new ReadFailed(e));
    }

    private void OnRead(ReadFinished read)
    {
        _lastFlow = read.LastFlow;
        _isDeserted = read.Entries.Count == 0;
        var admitted = Admit(read.Entries, isRead: true);
        _reads.End(read.NextDue, admitted == 0 || admitted < read.Entries.Count ? _activeAt + ReadPause : _activeAt);
    }

    private void OnReadFailed(Exception cause)
    {
        _services.Log.Warning($"destination {_state.Key.Transport}:{_state.Key.Nexthop}: cannot read the queue: {cause.Message}");
        var now = _services.Time.GetUtcNow();
        _reads.End(now, now + FailurePause);
    }

    private void SetTimer(DateTimeOffset at, DateTimeOffset now)
    {
        if (at >= _timerDue || at == DateTimeOffset.MaxValue) return;
        _timerDue = at;
        Timers.StartSingleTimer(DueTick.Instance, DueTick.Instance, DueDelay.Until(at, now));
    }

    private void OnIdleTick()
    {
        var now = _services.Time.GetUtcNow();
        _state.Agents.DiscardIdle(now - IdleTime);
        _state.Pace.LookForHang();
        StartIdleTimer();
        if (now - _activeAt >= IdleTime && IsIdle(now)) Context.Parent.Tell(new Passivate(_state.Key.Nexthop, _reads.NextDue));
    }

    /// <summary>Set anew at each tick: a process that was frozen finds one tick when it goes on, not all that it missed.</summary>
    private void StartIdleTimer() => Timers.StartSingleTimer(IdleTick.Instance, IdleTick.Instance, IdleTime);

    private void OnPassivationGranted()
    {
        if (IsIdle(_services.Time.GetUtcNow()))
        {
            // With the state goes what it knows; the next one begins anew.
            if (_state.Pace.HasTold) _services.Queue.Tell(new DestinationForgotten(_state.Key));
            Context.Stop(Self);
        }
        else Context.Parent.Tell(new PassivationRefused(_state.Key.Nexthop));
    }

    /// <summary>While the transport is closed or frozen, due mail is no reason to stay: the transport's actor knows of it.</summary>
    private bool IsIdle(DateTimeOffset now) =>
        _window.Count == 0 && _state is { InFlight: 0, Outstanding: 0, Agents.Total: 0 } && !_reads.IsReading && !_isInLine
        && _state.Pace.IsForgettable() && (_reads.NextDue > now || _state.Transport.FindClosure() is not null || _services.IsFrozen(_state.Key.Transport));

    private void OnFlush()
    {
        _state.Pace.Revive();
        ForgetTold();
        _reads.Lower(_services.Time.GetUtcNow());
    }

    /// <summary>Mail in memory goes back, to be read and routed anew.</summary>
    private void OnReconfigured()
    {
        _state.Pace.Apply(_services.Configuration.PaceOf(_state.Key.Transport));
        ForgetTold();
        _state.Agents.DiscardIdle(DateTimeOffset.MaxValue);
        Reread(_window.Drop());
    }

    /// <summary>True while the operator keeps all mail of this destination.</summary>
    private bool IsFrozen() => _services.FreezeOf(_state.Key) is not null;

    private void Reread(int dropped)
    {
        if (dropped > 0) _reads.Lower(_services.Time.GetUtcNow());
    }

    private DestinationStatus Describe()
    {
        var closure = _state.Closure;
        return new DestinationStatus(_state.Key, _state.InFlight, _state.Pace.Window, _window.Count, _state.Outstanding, _reads.IsReading,
            _reads.NextDue == DateTimeOffset.MaxValue ? null : _reads.NextDue)
        {
            Suspension = closure?.Reason,
            SuspendedUntil = closure?.Reopens,
        };
    }

    private sealed record IdleTick
    {
        public static readonly IdleTick Instance = new();
    }

    private sealed record DueTick
    {
        public static readonly DueTick Instance = new();
    }
}
