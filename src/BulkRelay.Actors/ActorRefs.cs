namespace BulkRelay.Actors;

/// <summary>References that stand for no actor.</summary>
public static class ActorRefs
{
    /// <summary>For a message that wants no answer.</summary>
    public static readonly IActorRef? NoSender;

    /// <summary>The answer of a search that found nothing; swallows what is sent to it.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;
}
