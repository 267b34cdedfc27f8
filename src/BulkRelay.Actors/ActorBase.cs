using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>
/// What every actor is: state that one message at a time may change, with a life that its parent supervises. Created through
/// <see cref="Props"/> only.
/// </summary>
public abstract class ActorBase
{
    private protected ActorBase()
    {
        if (ActorCell.Current is null)
            throw new ActorInitializationException(
                $"{GetType().Name} is an actor: start it with ActorOf(Props.Create(() => new {GetType().Name}(...))), not with new.");
    }

    /// <exception cref="NotSupportedException">
    /// No actor runs in this thread: the call comes from a continuation or a later lambda.
    /// </exception>
    protected static IActorContext Context => ActorCell.Running;

    protected IActorRef Self => Context.Self;

    /// <inheritdoc cref="IActorContext.Sender"/>
    protected IActorRef Sender => Context.Sender;

    /// <summary>
    /// Runs before the first message, in the first instance only (unless <see cref="PostRestart"/> calls it, as it does by default).
    /// </summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Runs after the last message, when all children have ended. Not called if <see cref="PreStart"/> failed.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>
    /// Runs in the failed instance before it is replaced. By default stops all children and calls <see cref="PostStop"/>.
    /// </summary>
    /// <param name="reason">Why it failed.</param>
    /// <param name="message">The message that it failed on, which is dropped; null if there was none.</param>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
        PostStop();
    }

    /// <summary>Runs in the new instance after a restart. By default calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>How failures of children are decided on. Asked once per instance.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actors.SupervisorStrategy.DefaultStrategy;

    /// <summary>
    /// What happens to a message that the actor does not know: it is published as <see cref="UnhandledMessage"/>.
    /// </summary>
    /// <exception cref="DeathPactException">The message is <see cref="Terminated"/>.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    internal abstract void AroundReceive(object message);

    /// <summary>Called once the constructor has returned.</summary>
    internal virtual void Constructed()
    {
    }

    internal void AroundPreStart() => PreStart();

    internal void AroundPostStop() => PostStop();

    internal void AroundPreRestart(Exception reason, object? message) => PreRestart(reason, message);

    internal void AroundPostRestart(Exception reason) => PostRestart(reason);

    internal SupervisorStrategy AroundSupervisorStrategy() => SupervisorStrategy();
}
