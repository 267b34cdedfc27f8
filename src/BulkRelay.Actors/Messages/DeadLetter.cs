namespace BulkRelay.Actors;

/// <summary>Published to the event stream for a message that could not be delivered.</summary>
public sealed class DeadLetter(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;

    /// <summary>Who sent it; <see cref="ActorSystem.DeadLetters"/> if nobody did.</summary>
    public IActorRef Sender { get; } = sender;

    public IActorRef Recipient { get; } = recipient;

    public override string ToString() => $"DeadLetter from {Sender} to {Recipient}: <{Message}>";
}
