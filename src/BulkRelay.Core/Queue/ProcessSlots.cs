namespace BulkRelay.Core.Queue;

/// <summary>
/// The deliveries that one transport may have under way at once, over all of its destinations (<c>maxproc</c> in <c>master.cf</c>).
/// While slots are free, taking one is a compare and swap. Once they are short, destinations wait in line at their
/// <see cref="TransportActor"/>, which is told of each slot that comes back; so slots go round the destinations, a delivery each.
/// </summary>
internal sealed class ProcessSlots
{
    private int _limit;
    private int _used;
    private int _suspect;
    private int _isContended;
    private volatile bool _isGated;

    /// <param name="limit">The slots; 0 for no limit.</param>
    public ProcessSlots(int limit) => Limit = limit;

    /// <summary>The slots; 0 for no limit. A lower limit holds for the slots that are taken from now on.</summary>
    public int Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    /// <summary>Slots in use.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Those in use by destinations in trouble.</summary>
    public int Suspect => Volatile.Read(ref _suspect);

    /// <summary>True if slots are given out one by one in any case, because there is a pause between deliveries: then all stand in line.</summary>
    public bool IsGated
    {
        get => _isGated;
        set => _isGated = value;
    }

    /// <summary>Where destinations stand in line; set by that actor when it starts.</summary>
    public IActorRef Owner { private get; set; } = ActorRefs.Nobody;

    /// <summary>True while someone is in line: then nobody may take a slot past the line.</summary>
    public bool IsContended
    {
        get => Volatile.Read(ref _isContended) != 0;
        set => Interlocked.Exchange(ref _isContended, value ? 1 : 0);
    }

    /// <summary>Takes a slot for a destination. If there is none for it, it has to stand in line (<see cref="SlotWanted"/>).</summary>
    public bool TryTake(DestinationPace pace) => !IsGated && !IsContended && MayHaveMore(pace) && TryTakeForFirst();

    /// <summary>
    /// The last quarter of the slots is for destinations that have none yet, or have shown that their deliveries come to an end: those that
    /// hang from the beginning must not take all slots before that is known.
    /// </summary>
    public bool MayHaveMore(DestinationPace pace)
    {
        var limit = Limit;
        return !pace.IsUnproven || pace.Busy == 0 || limit <= 0 || Used < limit - Math.Max(1, limit / 4);
    }

    /// <summary>Takes a slot for the first in line.</summary>
    public bool TryTakeForFirst()
    {
        while (true)
        {
            var used = Volatile.Read(ref _used);
            var limit = Limit;
            if (limit > 0 && used >= limit) return false;
            if (Interlocked.CompareExchange(ref _used, used + 1, used) == used) return true;
        }
    }

    /// <summary>Takes back a slot that was taken for the first in line, when it is not given to anyone.</summary>
    public void Untake() => Interlocked.Decrement(ref _used);

    /// <summary>Counts slots that come to be used, or are used no more, by destinations in trouble.</summary>
    public void AddSuspect(int used) => Interlocked.Add(ref _suspect, used);

    /// <summary>Gives a slot back.</summary>
    public void Return()
    {
        Interlocked.Decrement(ref _used);
        if (IsContended) Owner.Tell(SlotReturned.Instance);
    }
}
