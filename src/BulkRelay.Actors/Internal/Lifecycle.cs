namespace BulkRelay.Actors.Internal;

/// <summary>
/// The life of one actor: creation, failure, the supervisor's decision on it, restart and end; and its own decisions on its children.
/// </summary>
/// <remarks>
/// A failed actor suspends itself and its children, reports to its parent and waits. Each suspension is undone by exactly one resumption:
/// by the decision to resume or restart, passed on to the children.
/// </remarks>
internal sealed class Lifecycle(ActorCell cell)
{
    private volatile ActorState _state = ActorState.Live;
    private SupervisorStrategy? _strategy;

    /// <summary>The child whose failure was escalated and so became one of this actor.</summary>
    private LocalActorRef? _perpetrator;

    /// <summary>Why the restart under way happens; null if there has been no complete instance yet.</summary>
    private Exception? _restartCause;

    /// <summary>Readable from any thread.</summary>
    public ActorState State => _state;

    public bool IsEnding => _state >= ActorState.Terminating;

    /// <summary>From a failure until the supervisor has decided on it.</summary>
    public bool IsFailed { get; private set; }

    public void Receive(SystemMessage message)
    {
        if (IsEnding)
            return;
        switch (message)
        {
            case SystemMessage.Create:
                Create();
                break;
            case SystemMessage.Suspend:
                cell.Mailbox.Suspend();
                ToChildren(static _ => new SystemMessage.Suspend());
                break;
            case SystemMessage.Resume resume:
                Resume(resume.ForFailure);
                break;
            case SystemMessage.Restart restart:
                Restart(restart.Cause);
                break;
            case SystemMessage.Failed failed:
                DecideOn(failed.Child, failed.Cause);
                break;
            case SystemMessage.Terminate:
                Terminate();
                break;
        }
    }

    /// <summary>The actor cannot go on: leaves the decision to its parent.</summary>
    public void Fail(Exception cause) => Fail(cause, []);

    /// <summary>A child that had been told to stop, or stopped by itself, has ended.</summary>
    public void ChildEnded()
    {
        if (_state == ActorState.Terminating && cell.Children is null or { IsEmpty: true })
            FinishTermination();
        else if (_state == ActorState.Restarting && !IsAnyChildStopping())
            FinishRestart();
    }

    /// <param name="cause">What was thrown.</param>
    /// <param name="suspended">The children that are suspended already.</param>
    private void Fail(Exception cause, LocalActorRef[] suspended)
    {
        if (IsFailed || IsEnding)
        {
            // What a handler throws because its actor was stopped under it is no news.
            if (cause is not OperationCanceledException)
                Report(cause);
            return;
        }
        IsFailed = true;
        cell.Mailbox.Suspend();
        ToChildren(child => suspended.Contains(child) ? null : new SystemMessage.Suspend());
        cell.Parent.SendSystemMessage(new SystemMessage.Failed(cell.Self, cause));
    }

    private void Create()
    {
        try
        {
            _strategy = null;
            cell.CreateInstance().AroundPreStart();
        }
        catch (Exception e)
        {
            cell.DropInstance();
            Fail(new ActorInitializationException(cell.Self, $"Exception during creation: {e.Message}", e));
        }
    }

    private void Resume(bool forFailure)
    {
        if (forFailure && cell.Instance is null && _state == ActorState.Live)
        {
            BeginRestart(null);
            return;
        }
        cell.Mailbox.Resume();
        var perpetrator = _perpetrator;
        if (forFailure)
            Recovered();
        ToChildren(child => new SystemMessage.Resume(forFailure && ReferenceEquals(child, perpetrator)));
    }

    private void Restart(Exception cause)
    {
        if (_state == ActorState.Restarting)
        {
            // The new instance is on its way; only the suspension has to be undone.
            cell.Mailbox.Resume();
            return;
        }
        if (cell.Instance is not { } failed)
        {
            BeginRestart(null);
            return;
        }
        try
        {
            failed.AroundPreRestart(cause, cell.Message);
        }
        catch (Exception e)
        {
            Report(new PreRestartException(cell.Self, e, cause, cell.Message));
        }
        cell.DropInstance();
        BeginRestart(cause);
    }

    /// <param name="cause">Why; null if creation failed, so that what was left of it has to go.</param>
    private void BeginRestart(Exception? cause)
    {
        _restartCause = cause;
        _state = ActorState.Restarting;
        if (cause is null)
            StopChildren();
        if (!IsAnyChildStopping())
            FinishRestart();
    }

    private void FinishRestart()
    {
        _state = ActorState.Live;
        cell.Mailbox.Resume();
        Recovered();
        if (_restartCause is not { } cause)
        {
            Create();
            return;
        }
        var survivors = cell.Children?.Snapshot() ?? [];
        try
        {
            _strategy = null;
            cell.CreateInstance().AroundPostRestart(cause);
        }
        catch (Exception e)
        {
            cell.DropInstance();
            Fail(new PostRestartException(cell.Self, e, cause), survivors);
            return;
        }
        foreach (var survivor in survivors)
            survivor.SendSystemMessage(new SystemMessage.Restart(cause));
    }

    private void Terminate()
    {
        _state = ActorState.Terminating;
        cell.Children?.Close();
        StopChildren();
        cell.Mailbox.Suspend();
        ChildEnded();
    }

    private void FinishTermination()
    {
        try
        {
            cell.Instance?.AroundPostStop();
        }
        catch (Exception e)
        {
            Report(e);
        }
        cell.DropInstance();
        _strategy = null;
        _perpetrator = null;
        _restartCause = null;
        _state = ActorState.Terminated;
        cell.Close();
    }

    private void DecideOn(LocalActorRef child, Exception cause)
    {
        if (cell.Children?.HistoryOf(child) is not { } history)
            return;
        _strategy ??= cell.Instance?.AroundSupervisorStrategy() ?? SupervisorStrategy.DefaultStrategy;
        var directive = _strategy.Decider.Decide(cause);
        if (directive == Directive.Restart && !_strategy.RequestRestart(history, cell.System.Time))
            directive = Directive.Stop;
        Report(child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                child.SendSystemMessage(new SystemMessage.Resume(forFailure: true));
                break;
            case Directive.Restart:
                child.SendSystemMessage(new SystemMessage.Restart(cause));
                break;
            case Directive.Escalate:
                _perpetrator = child;
                Fail(cause, [child]);
                break;
            default:
                cell.Stop(child);
                break;
        }
    }

    private void Recovered()
    {
        IsFailed = false;
        _perpetrator = null;
        cell.ForgetMessage();
    }

    private bool IsAnyChildStopping() => cell.Children?.IsAnyStopping == true;

    private void StopChildren()
    {
        foreach (var child in cell.Children?.Snapshot() ?? [])
            cell.Stop(child);
    }

    private void ToChildren(Func<LocalActorRef, SystemMessage?> message)
    {
        foreach (var child in cell.Children?.Snapshot() ?? [])
            if (message(child) is { } due)
                child.SendSystemMessage(due);
    }

    /// <summary>Tells operators about a child's failure; a failure that is escalated is reported where it is decided.</summary>
    private void Report(LocalActorRef child, Exception failure, Directive directive)
    {
        var cause = failure is ActorInitializationException { InnerException: { } inner } ? inner : failure;
        var source = child.Path.ToString();
        if (directive == Directive.Resume)
            cell.System.EventStream.Publish(new Warning(cause, source, GetType(), $"{cause.Message} ({directive})"));
        else if (directive != Directive.Escalate)
            cell.System.EventStream.Publish(new Error(cause, source, GetType(), $"{cause.Message} ({directive})"));
    }

    private void Report(Exception cause) =>
        cell.System.EventStream.Publish(new Error(cause, cell.Self.Path.ToString(), GetType(), cause.Message));
}
