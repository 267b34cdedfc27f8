namespace BulkRelay.Core.Queue;

/// <summary>
/// The destinations that wait for a slot of their transport: first come first served, one slot each, then to the back of the line. These
/// rules keep destinations that do not answer from holding all slots while others wait, which Postfix does not prevent:
/// <list type="bullet">
/// <item>The last quarter of the slots is only for the first delivery of a destination, until one has come to its end without trouble
/// (<see cref="ProcessSlots.MayHaveMore"/>).</item>
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
        var mayBeSuspect = _line.Count == 0 || slots.Suspect < Math.Max(1, slots.Limit / 2);
        var isTurnOfSuspects = mayBeSuspect && _suspects.Count > 0 && (_line.Count == 0 || _suspects.Peek().Number < _line.Peek().Number);
        var next = isTurnOfSuspects ? TakeFrom(_suspects) ?? TakeFrom(_line)
            : TakeFrom(_line) ?? (mayBeSuspect ? TakeFrom(_suspects) : null);
        if (next is null) slots.Untake();
        return next;
    }

    /// <summary>
    /// The first that holds no more than its share; if there is none, the first that may have more at all. Those that are passed over
    /// hold slots already, so there are never more of them than slots.
    /// </summary>
    private IActorRef? TakeFrom(Queue<Place> line)
    {
        var share = Math.Max(1, slots.Limit / Count);
        return TakeFirst(line, pace => pace.Busy <= share && slots.MayHaveMore(pace)) ?? TakeFirst(line, slots.MayHaveMore);
    }

    private static IActorRef? TakeFirst(Queue<Place> line, Func<DestinationPace, bool> suits)
    {
        for (var left = line.Count; left > 0; left--)
        {
            var place = line.Dequeue();
            if (suits(place.Pace)) return place.Destination;
            line.Enqueue(place);
        }
        return null;
    }

    private readonly record struct Place(IActorRef Destination, DestinationPace Pace, long Number);
}
