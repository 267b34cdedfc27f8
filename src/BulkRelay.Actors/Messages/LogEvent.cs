namespace BulkRelay.Actors;

/// <summary>What the kernel has to report to operators; published to the event stream.</summary>
public abstract class LogEvent
{
    private protected LogEvent(Exception? cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    public Exception? Cause { get; }

    /// <summary>The path of the actor concerned.</summary>
    public string LogSource { get; }

    /// <summary>The type that reports.</summary>
    public Type LogClass { get; }

    public object Message { get; }

    public override string ToString() => $"[{LogSource}] {Message}";
}
