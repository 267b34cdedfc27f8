using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>What became of a command: its reply, and whether it counts as an error of the client.</summary>
/// <param name="Reply">The reply; null if there is none because the client is gone.</param>
/// <param name="IsError">Whether it counts towards the error limits.</param>
internal readonly record struct CommandOutcome(Reply? Reply, bool IsError)
{
    /// <summary>The client went away or fell silent in the middle of the command.</summary>
    public static CommandOutcome Interrupted => new(null, true);

    /// <summary>Refusals count as errors, everything else does not.</summary>
    public static implicit operator CommandOutcome(Reply reply) => new(reply, reply.IsError);
}
