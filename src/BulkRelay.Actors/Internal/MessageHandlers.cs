namespace BulkRelay.Actors.Internal;

/// <summary>The handlers of one behaviour of a <see cref="ReceiveActor"/>, tried in the order of their registration.</summary>
internal sealed class MessageHandlers
{
    private readonly List<Func<object, bool>> _handlers = [];
    private bool _isClosed;

    public void Add(Func<object, bool> handler)
    {
        if (_isClosed)
            throw new InvalidOperationException("A handler after ReceiveAny would never be called.");
        _handlers.Add(handler);
    }

    public void Close() => _isClosed = true;

    public bool TryHandle(object message)
    {
        foreach (var handler in _handlers)
            if (handler(message))
                return true;
        return false;
    }
}
