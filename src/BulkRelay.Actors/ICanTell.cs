namespace BulkRelay.Actors;

/// <summary>Something that a message can be sent to.</summary>
public interface ICanTell
{
    /// <summary>
    /// Sends and forgets: returns at once, whatever the state of the receiver. A message arrives at most once, and messages from one
    /// sender to one receiver arrive in the order of their sending. Mailboxes are unbounded: a protocol limits what is under way, not
    /// this call.
    /// </summary>
    /// <param name="message">Any object; must not change once sent.</param>
    /// <param name="sender">Where an answer goes, or <see cref="ActorRefs.NoSender"/>.</param>
    /// <exception cref="InvalidMessageException">The message is null.</exception>
    void Tell(object message, IActorRef? sender);
}
