namespace BulkRelay.Actors;

/// <summary>
/// Messages that an actor sends to itself later. Each timer has a key; starting another one with the same key replaces it. A message of a
/// timer that was cancelled or replaced is never received, not even if it already waits in the mailbox. All timers end when the actor
/// stops or restarts. To be used by the actor alone.
/// </summary>
public interface ITimerScheduler
{
    /// <summary>Sends <paramref name="msg"/> once, after <paramref name="timeout"/>.</summary>
    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    /// <summary>Sends <paramref name="msg"/> after each <paramref name="interval"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive.</exception>
    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    /// <summary>
    /// Sends <paramref name="msg"/> after <paramref name="initialDelay"/> and then after each <paramref name="interval"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive.</exception>
    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    /// <summary>Whether a message of that timer may still come.</summary>
    bool IsTimerActive(object key);

    /// <summary>Does nothing if there is no such timer.</summary>
    void Cancel(object key);

    void CancelAll();
}
