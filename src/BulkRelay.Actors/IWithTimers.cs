namespace BulkRelay.Actors;

/// <summary>
/// An actor that wants timers. <see cref="Timers"/> is set after the constructor and before <c>PreStart</c>, in every instance.
/// </summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}
