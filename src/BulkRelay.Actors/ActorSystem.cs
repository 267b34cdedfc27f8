using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>A tree of actors with its event stream and its dead letters.</summary>
public sealed class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly RootRef _root;
    private readonly LocalActorRef _guardian;
    private readonly ActorPath _temporary;
    private long _temporaryNumber;

    private ActorSystem(string name, TimeProvider time)
    {
        Name = name;
        Time = time;
        var root = new ActorPath(name);
        _temporary = root.Child("temp");
        DeadLetterRef = new DeadLetterActorRef(this, root.Child("deadLetters"));
        _root = new RootRef(this, root);
        _guardian = new LocalActorRef(this, root.Child("user"), Props.Create(() => new Guardian()), _root, new Children());
        _guardian.SendSystemMessage(new SystemMessage.Create());
    }

    public string Name { get; }

    public EventStream EventStream { get; } = new();

    /// <summary>
    /// Takes messages that have no receiver and publishes them as <see cref="DeadLetter"/>. Equal to the sender of a message that has
    /// none.
    /// </summary>
    public IActorRef DeadLetters => DeadLetterRef;

    /// <summary>Completes when all actors have ended after <see cref="Terminate"/>.</summary>
    public Task WhenTerminated => _root.Ended;

    internal DeadLetterActorRef DeadLetterRef { get; }

    internal TimeProvider Time { get; }

    /// <exception cref="ArgumentException">
    /// The name is not of ASCII letters, digits, <c>-</c> and <c>_</c>, or starts with one of the last two.
    /// </exception>
    public static ActorSystem Create(string name) => Create(name, TimeProvider.System);

    /// <summary>A system whose timers and time-outs follow the given clock.</summary>
    internal static ActorSystem Create(string name, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!char.IsAsciiLetterOrDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException(
                $"invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-' or '_')",
                nameof(name));
        return new ActorSystem(name, time);
    }

    /// <summary>Starts a top-level actor: <c>akka://system/user/name</c>. From any thread.</summary>
    /// <inheritdoc/>
    public IActorRef ActorOf(Props props, string? name = null) => _guardian.Cell.ActorOf(props, name);

    /// <summary>Stops an actor after the message that it is handling. From any thread; returns at once.</summary>
    public void Stop(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ((IInternalActorRef)actor).SendSystemMessage(new SystemMessage.Terminate());
    }

    /// <summary>Stops all actors, children before their parents. Returns <see cref="WhenTerminated"/>.</summary>
    public Task Terminate()
    {
        _guardian.SendSystemMessage(new SystemMessage.Terminate());
        return WhenTerminated;
    }

    /// <summary>Terminates and waits for it: not from within an actor.</summary>
    public void Dispose() => Terminate().Wait();

    public override string ToString() => _root.Path.ToString();

    /// <summary>A path for a reference that lives as long as one question.</summary>
    internal ActorPath TemporaryPath() => _temporary.Child(ActorNames.Generated(Interlocked.Increment(ref _temporaryNumber)));
}
