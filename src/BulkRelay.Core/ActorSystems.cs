using BulkRelay.Core.Observability;

namespace BulkRelay.Core;

/// <summary>Starts actor systems: the one place that knows which actor runtime was compiled in.</summary>
public static class ActorSystems
{
    /// <summary>
    /// Starts a system. Timers and time-outs of its actors follow <paramref name="time"/>, except with Akka.NET, whose scheduler has a clock
    /// of its own.
    /// </summary>
    /// <param name="name">ASCII letters, digits and hyphens.</param>
    /// <param name="time">The clock.</param>
    public static ActorSystem Create(string name, TimeProvider time)
    {
#if AKKA
        _ = time;
        return ActorSystem.Create(name);
#else
        return ActorSystem.Create(name, time);
#endif
    }

    /// <summary>Starts a system that logs failures of its actors and messages that were not delivered.</summary>
    /// <param name="name">ASCII letters, digits and hyphens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to.</param>
    public static ActorSystem Create(string name, TimeProvider time, ServiceLog log)
    {
        var system = Create(name, time);
        ActorLogActor.Start(system, log);
        return system;
    }
}
