namespace BulkRelay.Actors;

/// <summary>An actor failed and was restarted or stopped, or threw while stopping.</summary>
public sealed class Error : LogEvent
{
    internal Error(Exception? cause, string logSource, Type logClass, object message) : base(cause, logSource, logClass, message)
    {
    }
}
