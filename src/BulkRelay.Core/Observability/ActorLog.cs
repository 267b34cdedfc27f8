namespace BulkRelay.Core.Observability;

/// <summary>What actor systems report, in the mail log.</summary>
internal static class ActorLog
{
    /// <summary>Logs everything that the system reports from now on.</summary>
    public static IActorRef Start(ActorSystem system, ServiceLog log)
    {
        var actor = system.ActorOf(Props.Create(() => new ActorLogActor(log)), "log");
        foreach (var channel in (Type[])[typeof(Error), typeof(Warning), typeof(DeadLetter), typeof(UnhandledMessage)])
            system.EventStream.Subscribe(actor, channel);
        return actor;
    }
}
