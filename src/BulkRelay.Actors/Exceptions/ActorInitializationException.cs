namespace BulkRelay.Actors;

/// <summary>An actor's constructor or <c>PreStart</c> threw (see the inner exception), or it was created with <c>new</c>.</summary>
public class ActorInitializationException(IActorRef? actor, string message, Exception? cause = null) : AkkaException(message, cause)
{
    public ActorInitializationException(string message) : this(null, message)
    {
    }

    /// <summary>The actor that could not be initialised, if it has a reference.</summary>
    public IActorRef? Actor { get; } = actor;

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}
