using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>
/// An actor that registers a handler per type of message, in its constructor and in the methods it gives to <see cref="Become(Action)"/>.
/// The first handler that fits takes the message; without one it goes to <see cref="ActorBase.Unhandled"/>.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly MessageHandlers _initial = new();
    private MessageHandlers? _configuring;

    protected ReceiveActor() => _configuring = _initial;

    /// <param name="handler">Called with each message of the type.</param>
    /// <param name="shouldHandle">If given and false, the message goes to the next handler.</param>
    /// <exception cref="InvalidOperationException">
    /// Called elsewhere than in the constructor or in Become, or after <see cref="ReceiveAny"/>.
    /// </exception>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Add(message =>
    {
        if (message is not T typed || shouldHandle?.Invoke(typed) == false)
            return false;
        handler(typed);
        return true;
    });

    /// <summary>As <see cref="Receive{T}"/>, with a handler that is run by <see cref="UntypedActor.RunTask"/>.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) =>
        Receive<T>(message => ActorCell.Running.RunTask(handler, message), shouldHandle);

    /// <summary>Takes every message; no handler can follow.</summary>
    protected void ReceiveAny(Action<object> handler)
    {
        Receive(handler);
        _configuring!.Close();
    }

    /// <summary>Replaces the handlers from the next message on by those that <paramref name="configure"/> registers.</summary>
    protected void Become(Action configure)
    {
        var handlers = Configure(configure);
        Become(message => Handle(handlers, message));
    }

    /// <summary>As <see cref="Become(Action)"/>, until <see cref="UntypedActor.UnbecomeStacked"/> brings the present ones back.</summary>
    protected void BecomeStacked(Action configure)
    {
        var handlers = Configure(configure);
        BecomeStacked(message => Handle(handlers, message));
    }

    protected sealed override void OnReceive(object message) => Handle(_initial, message);

    internal sealed override void Constructed() => _configuring = null;

    private MessageHandlers Configure(Action configure)
    {
        var outer = _configuring;
        var handlers = _configuring = new MessageHandlers();
        try
        {
            configure();
        }
        finally
        {
            _configuring = outer;
        }
        return handlers;
    }

    private void Add(Func<object, bool> handler) => (_configuring ?? throw new InvalidOperationException(
        "Handlers can be registered only in the constructor of the actor and in the method given to Become.")).Add(handler);

    private void Handle(MessageHandlers handlers, object message)
    {
        if (!handlers.TryHandle(message))
            Unhandled(message);
    }
}
