using Akka.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Journal;

namespace BulkRelay.Core;

/// <summary>Starts actor systems, the same for the relay and for tests.</summary>
public static class ActorSystems
{
    /// <summary>
    /// All that differs from Akka.NET's defaults: time is the relay's own, what the system reports goes to the mail log
    /// (<see cref="ActorLogActor"/>) and to nobody else, and the process ends when the relay says so.
    /// </summary>
    private static readonly Config Settings = ConfigurationFactory.ParseString($$"""
        akka {
          scheduler.implementation = "{{typeof(TimeProviderScheduler).AssemblyQualifiedName}}"
          actor.serializers.journal = "{{typeof(JournalSerializer).AssemblyQualifiedName}}"
          actor.serialization-bindings { "{{typeof(IJournalEvent).AssemblyQualifiedName}}" = journal }
          actor.guardian-supervisor-strategy = "{{typeof(LoggedStrategy.ForGuardian).AssemblyQualifiedName}}"
          loggers = []
          stdout-loglevel = OFF
          loglevel = WARNING
          log-dead-letters = off
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            exit-clr = off
            # Over the limits that the relay itself keeps to: sessions 2 min, deliveries 30 s.
            phases {
              service-requests-done.timeout = 150s
              service-stop.timeout = 60s
            }
          }
        }
        """);

    /// <summary>
    /// Starts a system. Timers and time-outs of its actors follow <paramref name="time"/>; the time-out of an Ask does not.
    /// </summary>
    /// <param name="name">ASCII letters, digits and hyphens.</param>
    /// <param name="time">The clock.</param>
    public static ActorSystem Create(string name, TimeProvider time)
    {
        TimeProviderScheduler.Clock.Value = time;
        try
        {
            return ActorSystem.Create(name, Settings);
        }
        finally
        {
            TimeProviderScheduler.Clock.Value = null;
        }
    }

    /// <summary>Starts a system that logs failures of its actors and messages that were not delivered.</summary>
    /// <param name="name">ASCII letters, digits and hyphens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to.</param>
    public static ActorSystem Create(string name, TimeProvider time, ServiceLog log)
    {
        var system = Create(name, time);
        ActorLog.Start(system, log);
        return system;
    }
}
