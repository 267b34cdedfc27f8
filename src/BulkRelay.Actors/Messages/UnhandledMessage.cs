namespace BulkRelay.Actors;

/// <summary>Published to the event stream for a message that its receiver did not know.</summary>
public sealed class UnhandledMessage
{
    internal UnhandledMessage(object message, IActorRef sender, IActorRef recipient)
    {
        Message = message;
        Sender = sender;
        Recipient = recipient;
    }

    public object Message { get; }

    public IActorRef Sender { get; }

    public IActorRef Recipient { get; }

    public override string ToString() => $"Unhandled from {Sender} to {Recipient}: <{Message}>";
}
