namespace BulkRelay.Actors;

/// <summary>An actor failed and was told to resume.</summary>
public sealed class Warning : LogEvent
{
    internal Warning(Exception? cause, string logSource, Type logClass, object message) : base(cause, logSource, logClass, message)
    {
    }
}
