namespace BulkRelay.Actors;

/// <summary>Published to the event stream for a message that its receiver did not know.</summary>
public sealed class UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
{
    public object Message { get; } = message;

    public IActorRef Sender { get; } = sender;

    public IActorRef Recipient { get; } = recipient;

    public override string ToString() => $"Unhandled from {Sender} to {Recipient}: <{Message}>";
}
