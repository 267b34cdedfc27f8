namespace BulkRelay.Core.Queue.Flows;

/// <summary>
/// The entries that wait in one destination's memory, shared out fairly: between the priorities by weight (of 21 recipients 16 of high,
/// 4 of normal and 1 of bulk priority go out while all three have mail waiting), and within a priority between the flows
/// (<see cref="FlowShares"/>). The bound: a message whose flow has nothing else waiting here is started as soon as each other flow of its
/// priority that came up before it, or that has its turn in between, has started one delivery; alone with a campaign, at the next free
/// delivery, or at the one after it.
/// </summary>
internal sealed class FairQueue
{
    private static readonly int[] Weights = [16, 4, 1];

    private readonly Dictionary<long, FlowQueue> _flows = [];
    private readonly FlowShares[] _shares = [new(), new(), new()];

    /// <summary>What each priority has sent, divided by its weight. The priority that is behind has its turn.</summary>
    private readonly double[] _sent = new double[3];
    private readonly Action<FlowQueue> _end;

    public FairQueue() => _end = flow => _flows.Remove(flow.Key);

    /// <summary>Entries that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The flows that are known here.</summary>
    public IReadOnlyCollection<FlowQueue> Flows => _flows.Values;

    /// <summary>The flow of a message, if it is known here.</summary>
    public FlowQueue? Find(MessageEnvelope message) => _flows.GetValueOrDefault(FlowKey.Of(message));

    public void Add(QueueEntry entry, bool isRead)
    {
        var key = FlowKey.Of(entry.Message);
        var priority = (int)FlowKey.PriorityOf(key);
        if (_shares[priority].Count == 0) CatchUp(priority);
        if (_flows.TryGetValue(key, out var flow))
        {
            flow.Add(entry, isRead);
            _shares[priority].Changed(flow, 1);
        }
        else
        {
            _flows.Add(key, flow = new FlowQueue(key));
            flow.Add(entry, isRead);
            _shares[priority].Begin(flow);
        }
        Count++;
    }

    /// <summary>Takes the next entry out. There must be one.</summary>
    public (QueueEntry Entry, bool IsRead) Take()
    {
        var shares = Shares();
        var flow = shares.Next(_end);
        var taken = flow.Take();
        var recipients = taken.Entry.Recipients.Count;
        shares.Charge(flow, recipients, _end);
        var priority = (int)FlowKey.PriorityOf(flow.Key);
        _sent[priority] += (double)recipients / Weights[priority];
        Count--;
        return taken;
    }

    /// <summary>Takes the last entry of a kind out of a flow, which must have one.</summary>
    public QueueEntry TakeLast(FlowQueue flow, bool isRead)
    {
        Left(flow);
        return flow.TakeLast(isRead);
    }

    /// <summary>Takes out what matches; <paramref name="removed"/> gets each entry and whether it was read from the store.</summary>
    public void Remove(Predicate<QueueEntry> match, Action<QueueEntry, bool> removed)
    {
        foreach (var flow in _flows.Values)
            flow.Remove(match, (entry, isRead) =>
            {
                Left(flow);
                removed(entry, isRead);
            });
    }

    private void Left(FlowQueue flow)
    {
        Count--;
        _shares[(int)FlowKey.PriorityOf(flow.Key)].Changed(flow, -1);
    }

    /// <summary>The flows of the priority that is behind; of several the highest.</summary>
    private FlowShares Shares()
    {
        var turn = -1;
        for (var priority = 0; priority < _shares.Length; priority++)
            if (_shares[priority].Count > 0 && (turn < 0 || _sent[priority] < _sent[turn])) turn = priority;
        return _shares[turn];
    }

    /// <summary>A priority that had nothing to send has saved nothing up: it goes on level with the one that is furthest behind.</summary>
    private void CatchUp(int priority)
    {
        var least = double.MaxValue;
        for (var other = 0; other < _shares.Length; other++)
            if (_shares[other].Count > 0) least = Math.Min(least, _sent[other]);
        if (least == double.MaxValue) Array.Clear(_sent);
        else _sent[priority] = Math.Max(_sent[priority], least);
    }
}
