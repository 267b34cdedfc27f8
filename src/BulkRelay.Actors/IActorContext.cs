namespace BulkRelay.Actors;

/// <summary>
/// What an actor sees of its surroundings. Belongs to the actor alone: use it in a handler, never after an await outside
/// <see cref="UntypedActor.RunTask"/> nor in a lambda that runs later.
/// </summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    /// <summary>The sender of the message being handled; <see cref="ActorSystem.DeadLetters"/> if it had none.</summary>
    IActorRef Sender { get; }

    IActorRef Parent { get; }

    ActorSystem System { get; }

    /// <summary>The time-out in force, or null.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>The living child of that name, or <see cref="ActorRefs.Nobody"/>.</summary>
    IActorRef Child(string name);

    /// <summary>The children that have not ended, those that are stopping included.</summary>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>
    /// Stops an actor after the message that it is handling; its children end first. What waits in its mailbox becomes dead letters.
    /// </summary>
    void Stop(IActorRef child);

    /// <summary>
    /// Has <see cref="Actors.ReceiveTimeout"/> sent here whenever no message has come for that long, again and again until set to null.
    /// </summary>
    void SetReceiveTimeout(TimeSpan? timeout);
}
