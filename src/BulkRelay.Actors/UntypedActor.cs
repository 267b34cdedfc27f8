using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>An actor that takes every message in one method and may exchange that method for another.</summary>
public abstract class UntypedActor : ActorBase
{
    private UntypedReceive _behaviour;
    private Stack<UntypedReceive>? _previous;

    protected UntypedActor() => _behaviour = OnReceive;

    /// <summary>
    /// Handles one message. Every message counts as handled: call <see cref="ActorBase.Unhandled"/> for those that are not.
    /// </summary>
    protected abstract void OnReceive(object message);

    /// <summary>
    /// Runs asynchronous work as part of the message: no other message is handled until it has ended, and awaits come back into the
    /// actor. What it throws is a failure of the actor.
    /// </summary>
    /// <remarks>Not for work that others must not wait on: run that outside and have its result sent with <c>PipeTo</c>. Never block on a task in it:
    /// what the task waits for may have to come back into the actor.</remarks>
    protected void RunTask(Func<Task> action) => ActorCell.Running.RunTask(static a => a(), action);

    /// <summary>Replaces the behaviour from the next message on, and forgets those below it.</summary>
    protected void Become(UntypedReceive receive)
    {
        _previous = null;
        _behaviour = receive;
    }

    /// <summary>Replaces the behaviour from the next message on until <see cref="UnbecomeStacked"/> brings the present one back.</summary>
    protected void BecomeStacked(UntypedReceive receive)
    {
        (_previous ??= new Stack<UntypedReceive>()).Push(_behaviour);
        _behaviour = receive;
    }

    /// <summary>Returns to the behaviour before the last <see cref="BecomeStacked"/>; without one, to <see cref="OnReceive"/>.</summary>
    protected void UnbecomeStacked() => _behaviour = _previous is { Count: > 0 } ? _previous.Pop() : OnReceive;

    internal sealed override void AroundReceive(object message) => _behaviour(message);
}
