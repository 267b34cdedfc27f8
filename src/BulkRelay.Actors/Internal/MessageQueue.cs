namespace BulkRelay.Actors.Internal;

/// <summary>
/// An unbounded queue for many producers and one consumer, as a linked list that starts with a spent node. A message is visible once its
/// producer has linked it, so <see cref="TryDequeue"/> may miss one that is being added; its producer schedules the mailbox afterwards.
/// </summary>
internal sealed class MessageQueue
{
    private Node _head;
    private Node _tail;

    public MessageQueue() => _head = _tail = new Node(null!, null);

    public bool IsEmpty => Volatile.Read(ref _head.Next) is null;

    public void Enqueue(object message, IActorRef? sender)
    {
        var node = new Node(message, sender);
        var previous = Interlocked.Exchange(ref _tail, node);
        Volatile.Write(ref previous.Next, node);
    }

    public bool TryDequeue(out object message, out IActorRef? sender)
    {
        var spent = _head;
        var node = Volatile.Read(ref spent.Next);
        if (node is null)
        {
            message = null!;
            sender = null;
            return false;
        }
        message = node.Message;
        sender = node.Sender;
        node.Message = null!;
        node.Sender = null;
        _head = node;
        // A spent node that has reached an old generation must not keep all that follow it alive.
        spent.Next = null;
        return true;
    }

    private sealed class Node(object message, IActorRef? sender)
    {
        public object Message = message;
        public IActorRef? Sender = sender;
        public Node? Next;
    }
}
