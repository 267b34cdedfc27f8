namespace BulkRelay.Actors.Internal;

/// <summary>Brings the awaits of an asynchronous handler back into its actor, one at a time and between no other messages.</summary>
internal sealed class ActorSynchronizationContext(ActorCell cell) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => cell.Mailbox.PostSystem(new SystemMessage.Continuation(d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Waiting for an actor would block a thread that it may need.");

    public override SynchronizationContext CreateCopy() => this;
}
