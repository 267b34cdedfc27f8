namespace BulkRelay.Actors.Internal;

/// <summary>
/// The messages of one actor, and the turn in which a thread of the pool handles them. System messages come first. A turn ends after
/// <see cref="Throughput"/> messages, so that one busy actor does not keep a thread from the others.
/// </summary>
internal sealed class Mailbox(ActorCell cell) : IThreadPoolWorkItem
{
    private const int Throughput = 64;

    private readonly MessageQueue _messages = new();

    /// <summary>Newest first.</summary>
    private SystemMessage? _systemMessages;

    /// <summary>1 while a turn is queued or runs. Who moves it from 0 to 1 queues the turn.</summary>
    private int _scheduled;

    /// <summary>How many reasons there are to handle no ordinary message. Belongs to the turn, as does the next field.</summary>
    private int _suspended;
    private bool _isClosed;

    private bool CanReceive => _isClosed || _suspended == 0;

    public void Post(object message, IActorRef? sender)
    {
        _messages.Enqueue(message, sender);
        Schedule();
    }

    public void PostSystem(SystemMessage message)
    {
        SystemMessage? newest;
        do
            message.Next = newest = Volatile.Read(ref _systemMessages);
        while (Interlocked.CompareExchange(ref _systemMessages, message, newest) != newest);
        Schedule();
    }

    public void Suspend() => _suspended++;

    public void Resume() => _suspended = Math.Max(0, _suspended - 1);

    /// <summary>The actor has ended: whatever comes passes through the cell at once.</summary>
    public void Close() => _isClosed = true;

    void IThreadPoolWorkItem.Execute()
    {
        ActorCell.Current = cell;
        var hasEmptied = Run();
        ActorCell.Current = null;
        if (!hasEmptied)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
        Volatile.Write(ref _scheduled, 0);
        // A message that came between the last look and the line above has seen a turn under way and scheduled none: look again.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _systemMessages) is not null || (CanReceive && !_messages.IsEmpty))
            Schedule();
    }

    /// <returns>False if the turn was used up and there may be more.</returns>
    private bool Run()
    {
        for (var budget = Throughput; budget > 0; budget--)
        {
            RunSystemMessages();
            if (!CanReceive || !_messages.TryDequeue(out var message, out var sender))
                return true;
            cell.Invoke(message, sender);
        }
        return false;
    }

    private void RunSystemMessages()
    {
        while (Volatile.Read(ref _systemMessages) is not null)
        {
            var message = Reverse(Interlocked.Exchange(ref _systemMessages, null));
            while (message is not null)
            {
                var next = message.Next;
                message.Next = null;
                cell.Invoke(message);
                message = next;
            }
        }
    }

    private static SystemMessage? Reverse(SystemMessage? newest)
    {
        SystemMessage? reversed = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = reversed;
            reversed = newest;
            newest = next;
        }
        return reversed;
    }

    private void Schedule()
    {
        // The message must be visible before the look at the flag, or a turn that ends just now misses it (see Execute).
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }
}
