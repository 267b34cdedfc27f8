using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Commands;

/// <summary>
/// Commands whose reply depends on nothing: those that do nothing, those that end the session, those that are not served here.
/// </summary>
internal static class FixedReply
{
    /// <summary>A handler that gives the reply.</summary>
    public static CommandHandler Handler(string text)
    {
        var reply = new Reply(text);
        return (_, _) => ValueTask.FromResult<CommandOutcome>(reply);
    }
}
