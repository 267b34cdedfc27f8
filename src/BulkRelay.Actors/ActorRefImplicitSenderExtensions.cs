using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Sending with the sender taken from the surroundings.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Sends with the actor as sender that this thread is running, or with none outside of actors.</summary>
    /// <inheritdoc cref="ICanTell.Tell"/>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Passes a message on with its original sender, so that the answer goes there. Only inside an actor.</summary>
    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Sender);
}
