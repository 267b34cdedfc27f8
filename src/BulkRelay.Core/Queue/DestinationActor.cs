namespace BulkRelay.Core.Queue;

/// <summary>
/// One destination: holds a window of its due mail in memory, starts deliveries as far as its concurrency and the transport's slots allow,
/// reads on from the store, and stops itself when there is nothing to do. All it knows can be read again from the store: after a crash
/// its successor does that, while deliveries under way end by themselves.
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
    private readonly ProcessSlots _slots;
    private readonly EntryWindow _window;
    private readonly EntryReader _reader;
    private ConcurrencyWindow _concurrency;

    /// <summary>The store may have mail that is due then and is not in hand. The largest time: it has none.</summary>
    private DateTimeOffset _nextDue = DateTimeOffset.MaxValue;
    private DateTimeOffset _readNotBefore;

    /// <summary>Where the next read goes on among the flows.</summary>
    private long _lastFlow = -1;
    private DateTimeOffset _timerDue = DateTimeOffset.MaxValue;
    private DateTimeOffset _activeAt;

    /// <summary>The trouble because of which the site is left alone until then; null while it is not.</summary>
    private string? _suspension;
    private DateTimeOffset _suspendedUntil;

    /// <summary>The message being handled, until what it carries has found its place.</summary>
    private IUndeliverable? _carrying;
    private bool _isReading;
    private bool _isInLine;
    private bool _isDraining;

    public DestinationActor(QueueServices services, DestinationState state, ProcessSlots slots)
    {
        _services = services;
        _state = state;
        _slots = slots;
        _window = new EntryWindow(services);
        _reader = new EntryReader(state.Key, services);
        _concurrency = services.Configuration.ConcurrencyOf(state.Key.Transport);
        _activeAt = services.Time.GetUtcNow();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _state.Actor = Self;
        Timers.StartPeriodicTimer(IdleTick.Instance, IdleTick.Instance, IdleTime);
        // A predecessor may have been told of these.
        OnRecorded();
    }

    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        var now = _services.Time.GetUtcNow();
        _nextDue = now;
        _readNotBefore = now + FailurePause;
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
            case DestinationChanged: _activeAt = _services.Time.GetUtcNow(); break;
            case DeliveriesRecorded: OnRecorded(); break;
            case ReadFinished read: OnRead(read); break;
            case ReadFailed failed: OnReadFailed(failed.Cause); break;
            case SlotGranted granted: OnSlotGranted(granted); break;
            case DestinationDue due: LowerNextDue(due.Due); break;
            case DueTick: _timerDue = DateTimeOffset.MaxValue; break;
            case IdleTick: OnIdleTick(); break;
            case PassivationGranted: OnPassivationGranted(); break;
            case Reconfigured: OnReconfigured(); break;
            case MessageRemoved removed: _window.Drop(e => e.Message.Id == removed.MessageId); break;
            case Drain: _isDraining = true; _window.Drop(); break;
            case GetQueueStatus: Sender.Tell(Describe()); break;
            default: Unhandled(message); return;
        }
        StartDeliveries();
        ReadOn();
        if (_isDraining && _state is { InFlight: 0, Outstanding: 0 }) Context.Stop(Self);
    }

    /// <summary>Takes in what there is room for; the rest stays in the store. Returns how many entries came in.</summary>
    private int Admit(IReadOnlyList<QueueEntry> entries, bool isRead)
    {
        _activeAt = _services.Time.GetUtcNow();
        var admitted = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            if (!_isDraining && _window.TryAdd(entries[i], isRead, _state.Outstanding))
            {
                admitted++;
                continue;
            }
            _services.Drop(entries[i]);
            LowerNextDue(_activeAt);
        }
        _carrying = null;
        if (_window.TakeDisplaced()) LowerNextDue(_activeAt);
        return admitted;
    }

    private void StartDeliveries()
    {
        while (_window.Count > 0 && CanStart())
        {
            if (_isInLine) return;
            if (!_slots.TryTake())
            {
                _isInLine = true;
                Context.Parent.Tell(SlotWanted.Instance);
                return;
            }
            StartDelivery();
        }
    }

    private bool CanStart()
    {
        if (_isDraining || _state.InFlight >= _concurrency.Size || !_state.Agents.CanTake(_concurrency.Size)) return false;
        if (IsSuspended() && !_services.Configuration.Backoff.IsExpired(_window.First.Message, _services.Time.GetUtcNow())) return false;
        if (_services.Store.IsHealthy) return true;
        if (!Timers.IsTimerActive(HealthTimer)) Timers.StartSingleTimer(HealthTimer, DueTick.Instance, FailurePause);
        return false;
    }

    private void StartDelivery()
    {
        var agent = _suspension is null ? _state.Agents.Take() : null;
        var entry = _window.Take();
        _state.Begin(entry.Recipients.Count);
        var delivery = new Delivery(entry, agent, _state, _slots, _services) { Suspension = _suspension };
        ThreadPool.UnsafeQueueUserWorkItem(delivery, preferLocal: false);
    }

    /// <summary>
    /// When as many deliveries in a row as the window is wide have met trouble with the site, it is left alone for
    /// <c>minimal_backoff_time</c>: its mail stays due and waits, but for what has grown too old meanwhile. A success of one that was
    /// still under way ends the pause.
    /// </summary>
    private bool IsSuspended()
    {
        var trouble = _state.Site.TroubleAfter(_concurrency.Size);
        if (trouble is null)
        {
            _suspension = null;
            return false;
        }
        var now = _services.Time.GetUtcNow();
        if (_suspension is null) _suspendedUntil = now + _services.Configuration.Backoff.Minimal;
        _suspension = trouble;
        if (now < _suspendedUntil)
        {
            SetTimer(_suspendedUntil, now);
            return true;
        }
        _state.Site.Forget();
        _suspension = null;
        return false;
    }

    private void OnSlotGranted(SlotGranted granted)
    {
        _isInLine = false;
        _carrying = null;
        if (_window.Count > 0 && CanStart()) StartDelivery();
        else granted.Slots.Return();
    }

    private void OnRecorded()
    {
        foreach (var recorded in _state.TakeRecorded())
        {
            if (recorded.HasLeft) _services.Log.Info($"{recorded.QueueId}: removed");
            LowerNextDue(recorded.NextDue);
        }
    }

    /// <summary>Reads from the store if it has due mail and there is room, or sets the timer for when it has.</summary>
    private void ReadOn()
    {
        if (_isReading || _isDraining || _nextDue == DateTimeOffset.MaxValue) return;
        var now = _services.Time.GetUtcNow();
        var readAt = _nextDue > _readNotBefore ? _nextDue : _readNotBefore;
        if (readAt > now)
        {
            SetTimer(readAt, now);
            return;
        }
        var wanted = _window.Wanted(_state.Outstanding);
        if (wanted == 0) return;
        _isReading = true;
        // What becomes due from now on is noted beside the read and joined with its result.
        _nextDue = DateTimeOffset.MaxValue;
        _reader.ReadAsync(new ReadWish(now, wanted, _state.Outstanding, _window.ByFlow(), _lastFlow)).PipeTo(Self, failure: static e => new ReadFailed(e));
    }

    private void OnRead(ReadFinished read)
    {
        _isReading = false;
        _lastFlow = read.LastFlow;
        LowerNextDue(read.NextDue);
        var admitted = Admit(read.Entries, isRead: true);
        _readNotBefore = admitted == 0 || admitted < read.Entries.Count ? _activeAt + ReadPause : _activeAt;
    }

    private void OnReadFailed(Exception cause)
    {
        _services.Log.Warning($"destination {_state.Key.Transport}:{_state.Key.Nexthop}: cannot read the queue: {cause.Message}");
        var now = _services.Time.GetUtcNow();
        _isReading = false;
        _readNotBefore = now + FailurePause;
        LowerNextDue(now);
    }

    private void LowerNextDue(DateTimeOffset due)
    {
        if (due < _nextDue) _nextDue = due;
    }

    private void SetTimer(DateTimeOffset at, DateTimeOffset now)
    {
        if (at >= _timerDue) return;
        _timerDue = at;
        Timers.StartSingleTimer(DueTick.Instance, DueTick.Instance, DueDelay.Until(at, now));
    }

    private void OnIdleTick()
    {
        var now = _services.Time.GetUtcNow();
        _state.Agents.DiscardIdle(now - IdleTime);
        if (now - _activeAt >= IdleTime && IsIdle(now)) Context.Parent.Tell(new Passivate(_state.Key.Nexthop, _nextDue));
    }

    private void OnPassivationGranted()
    {
        if (IsIdle(_services.Time.GetUtcNow())) Context.Stop(Self);
        else Context.Parent.Tell(new PassivationRefused(_state.Key.Nexthop));
    }

    private bool IsIdle(DateTimeOffset now) =>
        _window.Count == 0 && _state is { InFlight: 0, Outstanding: 0, Agents.Total: 0 } && !_isReading && !_isInLine && _nextDue > now;

    /// <summary>Mail in memory goes back, to be read and routed anew.</summary>
    private void OnReconfigured()
    {
        _concurrency = _services.Configuration.ConcurrencyOf(_state.Key.Transport);
        _state.Agents.DiscardIdle(DateTimeOffset.MaxValue);
        _state.Site.Forget();
        _suspension = null;
        if (_window.Drop() > 0) LowerNextDue(_services.Time.GetUtcNow());
    }

    private DestinationStatus Describe() => IsSuspended() ? Describe(_suspension, _suspendedUntil) : Describe(null, null);

    private DestinationStatus Describe(string? suspension, DateTimeOffset? until) => new(
        _state.Key, _state.InFlight, _concurrency.Size, _window.Count, _state.Outstanding, _isReading,
        _nextDue == DateTimeOffset.MaxValue ? null : _nextDue)
    {
        Suspension = suspension,
        SuspendedUntil = until,
    };

    private sealed record IdleTick
    {
        public static readonly IdleTick Instance = new();
    }

    private sealed record DueTick
    {
        public static readonly DueTick Instance = new();
    }
}
