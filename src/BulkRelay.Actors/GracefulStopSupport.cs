using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Stopping from outside, with the end awaited.</summary>
public static class GracefulStopSupport
{
    /// <summary>Sends <see cref="PoisonPill"/>, so that the actor stops after the messages it already has, and waits for its end.</summary>
    /// <returns>False if it has not ended within <paramref name="timeout"/>; nothing is thrown then.</returns>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>As <see cref="GracefulStop(IActorRef, TimeSpan)"/>, with a message of the actor's own on which it stops itself.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        if (target is not IInternalActorRef { System: { } system } subject)
            return true;
        var watcher = new TerminationRef(system, system.TemporaryPath());
        using var timer = system.Time.CreateTimer(
            static state => ((TerminationRef)state!).GiveUp(), watcher, timeout, Timeout.InfiniteTimeSpan);
        subject.SendSystemMessage(new SystemMessage.Watch(watcher));
        target.Tell(stopMessage, ActorRefs.NoSender);
        var hasEnded = await watcher.Ended.ConfigureAwait(false);
        if (!hasEnded)
            subject.SendSystemMessage(new SystemMessage.Unwatch(watcher));
        return hasEnded;
    }
}
