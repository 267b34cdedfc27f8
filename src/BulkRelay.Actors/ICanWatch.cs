namespace BulkRelay.Actors;

/// <summary>Death watch: to be told when another actor has ended.</summary>
public interface ICanWatch
{
    /// <summary>
    /// Has <see cref="Terminated"/> sent here once the subject has ended, also if it already has. An actor that does not handle that
    /// message ends with it (<see cref="DeathPactException"/>).
    /// </summary>
    /// <exception cref="InvalidOperationException">It is already watched with another message: unwatch first.</exception>
    IActorRef Watch(IActorRef subject);

    /// <summary>As <see cref="Watch"/>, with a message of one's own instead of <see cref="Terminated"/>.</summary>
    /// <exception cref="InvalidOperationException">It is already watched with another message: unwatch first.</exception>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Ends the watch. A notice that is already in the mailbox is dropped.</summary>
    IActorRef Unwatch(IActorRef subject);
}
