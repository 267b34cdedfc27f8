namespace BulkRelay.Core.Observability;

/// <summary>
/// Writes to the mail log what the actor system reports: actors that failed, messages that nobody took and messages that nobody knew.
/// Of the last two, a few a minute in full and the rest as a number, since one fault can make very many.
/// </summary>
internal sealed class ActorLogActor(ServiceLog log) : UntypedActor, IWithTimers
{
    /// <summary>Undelivered messages that are logged one by one in a minute.</summary>
    private const int MaxPerMinute = 10;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private int _undelivered;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Error error:
                log.Error($"actor {error.LogSource}: {error.Message}: {OnOneLine(error.Cause)}");
                break;
            case Warning warning:
                log.Warning($"actor {warning.LogSource}: {warning.Message}: {OnOneLine(warning.Cause)}");
                break;
            case DeadLetter letter when IsAmongTheFirst():
                log.Warning($"message {NameOf(letter.Message)} from {letter.Sender.Path} not delivered: {letter.Recipient.Path} has ended");
                break;
            case UnhandledMessage unhandled when IsAmongTheFirst():
                log.Warning($"message {NameOf(unhandled.Message)} from {unhandled.Sender.Path} not known to {unhandled.Recipient.Path}");
                break;
            case DeadLetter or UnhandledMessage:
                break;
            case MinuteOver:
                if (_undelivered > MaxPerMinute)
                    log.Warning($"{_undelivered - MaxPerMinute} more messages to actors were not delivered in the last minute");
                _undelivered = 0;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private bool IsAmongTheFirst()
    {
        if (_undelivered++ == 0)
            Timers.StartSingleTimer(MinuteOver.Instance, MinuteOver.Instance, Minute);
        return _undelivered <= MaxPerMinute;
    }

    /// <summary>The type only: what a message holds may be secret, or large.</summary>
    private static string NameOf(object message) => message.GetType().Name;

    /// <summary>An exception with its stack, which has a line per call.</summary>
    private static string OnOneLine(Exception? cause) => string.Join(
        " | ", (cause?.ToString() ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private sealed record MinuteOver
    {
        public static readonly MinuteOver Instance = new();
    }
}
