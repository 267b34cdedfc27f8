namespace BulkRelay.Core.Queue;

/// <summary>
/// The destinations that wait for a slot of their transport: first come first served, one slot each, then to the back of the line. Two
/// rules keep destinations that do not answer from holding all slots while others wait, which Postfix does not prevent:
/// <list type="bullet">
/// <item>Who holds more than the slots divided by those in line lets the next one go first.</item>
/// <item>Destinations in trouble (<see cref="DestinationPace.IsSuspect"/>) together get no more than half of the slots.</item>
/// </list>
/// Belongs to the transport's actor.
/// </summary>
internal sealed class SlotLine(ProcessSlots slots)
{
    private readonly Queue<Place> _line = new();
    private readonly Queue<Place> _suspects = new();
    private long _next;

    /// <summary>Destinations in line.</summary>
    public int Count => _line.Count + _suspects.Count;

    /// <summary>A destination joins the line.</summary>
    public void Add(IActorRef destination, DestinationPace pace) =>
        (pace.IsSuspect ? _suspects : _line).Enqueue(new Place(destination, pace, _next++));

    /// <summary>Takes a slot for the one whose turn it is; null if there is no slot or nobody who may have it.</summary>
    public IActorRef? TakeNext()
    {
        if (Count == 0 || !slots.TryTakeForFirst()) return null;
        return (IsTurnOfSuspects() ? _suspects.Dequeue() : TakeFair()).Destination;
    }

    /// <summary>Suspects take their turn like all others, but not beyond their part of the slots while one who is none waits.</summary>
    private bool IsTurnOfSuspects()
    {
        if (_suspects.Count == 0 || _line.Count == 0) return _line.Count == 0;
        return _suspects.Peek().Number < _line.Peek().Number && slots.Suspect < Math.Max(1, slots.Limit / 2);
    }

    /// <summary>
    /// Those that hold more than their share together hold no more than the slots, so there are few to pass over.
    /// </summary>
    private Place TakeFair()
    {
        var share = Math.Max(1, slots.Limit / Count);
        for (var others = _line.Count - 1; others > 0 && _line.Peek().Pace.Busy > share; others--) _line.Enqueue(_line.Dequeue());
        return _line.Dequeue();
    }

    private readonly record struct Place(IActorRef Destination, DestinationPace Pace, long Number);
}
