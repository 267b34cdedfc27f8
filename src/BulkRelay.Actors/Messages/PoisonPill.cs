using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Stops its receiver after the messages that were sent before it.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IDeadLetterSuppression
{
    private PoisonPill()
    {
    }

    public static PoisonPill Instance { get; } = new();

    public override string ToString() => "<PoisonPill>";
}
