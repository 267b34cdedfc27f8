using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Makes its receiver fail with <see cref="ActorKilledException"/>, on which its supervisor decides (by default: stop).</summary>
public sealed class Kill : IAutoReceivedMessage
{
    private Kill()
    {
    }

    public static Kill Instance { get; } = new();

    public override string ToString() => "<Kill>";
}
