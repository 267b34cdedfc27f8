using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core;

/// <summary>Writes messages that reached nobody to the mail log: each is a slip in the wiring of the actors, unless its kind says otherwise.</summary>
internal sealed class DeadLetterLogActor(ServiceLog log) : UntypedActor
{
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            // The queue takes these back; they are part of how destinations come and go.
            case DeadLetter { Message: IUndeliverable or IDeadLetterSuppression }: break;
            case DeadLetter letter: log.Warning($"a message of type {letter.Message.GetType().Name} reached nobody: {letter.Recipient.Path.ToString()}"); break;
            default: Unhandled(message); break;
        }
    }
}
