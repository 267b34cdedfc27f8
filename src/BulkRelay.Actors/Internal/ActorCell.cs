namespace BulkRelay.Actors.Internal;

/// <summary>
/// One actor around its instance: what it sees of its surroundings, and how messages reach it. All but <see cref="ActorOf"/>,
/// <see cref="Mailbox"/> and <see cref="IsTerminated"/> belongs to the turn of the mailbox: one thread at a time.
/// </summary>
internal sealed class ActorCell : IActorContext
{
    [ThreadStatic]
    private static ActorCell? _current;

    private readonly Props _props;
    private readonly Lifecycle _lifecycle;
    private DeathWatch? _deathWatch;
    private TimerScheduler? _timers;
    private ReceiveTimeoutTimer? _receiveTimeout;
    private AsyncHandlers? _asyncHandlers;
    private IActorRef? _sender;

    /// <param name="system">The system it belongs to.</param>
    /// <param name="self">Its reference.</param>
    /// <param name="props">How to create the instance.</param>
    /// <param name="parent">Who decides on its failures.</param>
    /// <param name="children">Given for an actor whose children are started from outside of it, by any thread.</param>
    public ActorCell(ActorSystem system, LocalActorRef self, Props props, IInternalActorRef parent, Children? children)
    {
        System = system;
        Self = self;
        Parent = parent;
        Children = children;
        _props = props;
        _lifecycle = new Lifecycle(this);
        Mailbox = new Mailbox(this);
    }

    /// <summary>The actor that this thread is running, or null.</summary>
    public static ActorCell? Current { get => _current; set => _current = value; }

    /// <exception cref="NotSupportedException">This thread is running no actor.</exception>
    public static ActorCell Running => _current ?? throw new NotSupportedException(
        "There is no active actor context here. After an await outside RunTask, and in lambdas that run later, " +
        "use copies of Self and Sender.");

    public Mailbox Mailbox { get; }

    public ActorSystem System { get; }

    public LocalActorRef Self { get; }

    public IInternalActorRef Parent { get; }

    /// <summary>Null as long as there has been none.</summary>
    public Children? Children { get; private set; }

    /// <summary>Null before it is created, between its failure and its replacement, and after the end.</summary>
    public ActorBase? Instance { get; private set; }

    /// <summary>Counts the instances.</summary>
    public int Incarnation { get; private set; }

    /// <summary>The message being handled, or the one that the actor failed on.</summary>
    public object? Message { get; private set; }

    public bool IsTerminated => _lifecycle.State == ActorState.Terminated;

    public IActorRef Sender => _sender ?? System.DeadLetters;

    public TimeSpan? ReceiveTimeout => _receiveTimeout?.Timeout;

    IActorRef IActorContext.Self => Self;

    IActorRef IActorContext.Parent => Parent;

    public IActorRef ActorOf(Props props, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(props);
        if (_lifecycle.IsEnding)
            throw new InvalidOperationException("Cannot create child while terminating or terminated");
        var child = (Children ??= new Children()).Add(name, n => new LocalActorRef(System, Self.Path.Child(n), props, Self));
        child.SendSystemMessage(new SystemMessage.Create());
        return child;
    }

    public IActorRef Child(string name) => (IActorRef?)Children?.ByName(name) ?? ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => Children?.Snapshot() ?? [];

    public void Stop(IActorRef child)
    {
        ArgumentNullException.ThrowIfNull(child);
        Children?.MarkStopping(child);
        ((IInternalActorRef)child).SendSystemMessage(new SystemMessage.Terminate());
    }

    public IActorRef Watch(IActorRef subject) => StartWatch(subject, null);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return StartWatch(subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        _deathWatch?.Unwatch(subject);
        return subject;
    }

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is { } value)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(timeout));
        _receiveTimeout?.Dispose();
        _receiveTimeout = timeout is null || _lifecycle.IsEnding ? null : new ReceiveTimeoutTimer(Self, System.Time, timeout.Value);
    }

    /// <inheritdoc cref="UntypedActor.RunTask"/>
    public void RunTask<TState>(Func<TState, Task> handler, TState state) =>
        (_asyncHandlers ??= new AsyncHandlers(this)).Run(handler, state);

    /// <summary>Creates the instance. Throws what its constructor throws.</summary>
    public ActorBase CreateInstance()
    {
        Incarnation++;
        var instance = _props.NewActor();
        instance.Constructed();
        if (instance is IWithTimers withTimers)
            withTimers.Timers = _timers = new TimerScheduler(Self, System.Time);
        return Instance = instance;
    }

    /// <summary>Parts from the instance and its timers.</summary>
    public void DropInstance()
    {
        _timers?.CancelAll();
        _timers = null;
        Instance = null;
    }

    /// <summary>The actor has ended: tells everybody, and keeps nothing that its reference would hold in memory.</summary>
    public void Close()
    {
        SetReceiveTimeout(null);
        Mailbox.Close();
        Parent.SendSystemMessage(new SystemMessage.DeathWatchNotification(Self));
        _deathWatch?.Close(Parent);
        _deathWatch = null;
        Children = null;
        Message = null;
        _sender = null;
    }

    /// <summary>Handles one ordinary message. Never throws.</summary>
    public void Invoke(object message, IActorRef? sender)
    {
        if (IsTerminated)
        {
            System.DeadLetterRef.Publish(message, sender, Self);
            return;
        }
        Message = message;
        _sender = sender;
        try
        {
            Receive(message);
        }
        catch (Exception e)
        {
            _lifecycle.Fail(e);
        }
        ForgetMessage();
    }

    /// <summary>Handles one system message. Never throws.</summary>
    public void Invoke(SystemMessage message)
    {
        try
        {
            if (IsTerminated)
                ReceiveAfterEnd(message);
            else
                Receive(message);
        }
        catch (Exception e)
        {
            _lifecycle.Fail(e);
        }
    }

    /// <summary>Lets go of the message once nothing will ask for it any more.</summary>
    public void ForgetMessage()
    {
        if (_lifecycle.IsFailed || _asyncHandlers?.IsAnyRunning == true)
            return;
        Message = null;
        _sender = null;
    }

    private void Receive(object message)
    {
        if (message is IAutoReceivedMessage)
            AutoReceive(message);
        else
            Deliver(message);
    }

    private void Deliver(object message)
    {
        Instance!.AroundReceive(message);
        _receiveTimeout?.Touch();
    }

    private void AutoReceive(object message)
    {
        switch (message)
        {
            case PoisonPill:
                Stop(Self);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case Terminated notice when _deathWatch?.Redeem(notice) is { } due:
                Deliver(due);
                break;
            case TimerScheduler.Tick tick when _timers?.Redeem(tick) is { } due:
                Receive(due);
                break;
            case ReceiveTimeoutTimer.Tick when _receiveTimeout?.IsDue() == true:
                Deliver(Actors.ReceiveTimeout.Instance);
                break;
        }
    }

    private void Receive(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Continuation continuation:
                _asyncHandlers!.Continue(continuation);
                break;
            case SystemMessage.TaskCompleted completed:
                _asyncHandlers!.Complete(completed);
                _receiveTimeout?.Touch();
                ForgetMessage();
                break;
            case SystemMessage.Watch watch:
                (_deathWatch ??= new DeathWatch(Self)).AddWatcher(watch.Watcher);
                break;
            case SystemMessage.Unwatch unwatch:
                _deathWatch?.RemoveWatcher(unwatch.Watcher);
                break;
            case SystemMessage.DeathWatchNotification ended:
                if (!_lifecycle.IsEnding)
                    _deathWatch?.SubjectEnded(ended.Actor);
                if (Children?.Remove(ended.Actor) == true)
                    _lifecycle.ChildEnded();
                break;
            default:
                _lifecycle.Receive(message);
                break;
        }
    }

    private void ReceiveAfterEnd(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Watch watch:
                watch.Watcher.SendSystemMessage(new SystemMessage.DeathWatchNotification(Self));
                break;
            case SystemMessage.Continuation continuation:
                // The handler outlived its actor: let it run to its finally blocks.
                ThreadPool.UnsafeQueueUserWorkItem(static c => c.Run(), continuation, preferLocal: false);
                break;
            case SystemMessage.TaskCompleted { Failure: { } failure }:
                _lifecycle.Fail(failure);
                break;
        }
    }

    private IActorRef StartWatch(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (!_lifecycle.IsEnding)
            (_deathWatch ??= new DeathWatch(Self)).Watch(subject, message);
        return subject;
    }
}
