namespace BulkRelay.Core;

/// <summary>
/// Makes actors by a call. Akka.NET's <c>Props.Create</c> takes an expression apart and calls the constructor by reflection, which counts
/// where there is an actor for each connection or destination.
/// </summary>
internal sealed class ActorMaker<TActor>(Func<TActor> make) : IIndirectActorProducer where TActor : ActorBase
{
    /// <summary>How to make one.</summary>
    public static Props Props(Func<TActor> make) => Akka.Actor.Props.CreateBy(new ActorMaker<TActor>(make));

    public Type ActorType => typeof(TActor);

    public ActorBase Produce() => make();

    public void Release(ActorBase actor)
    {
    }
}
