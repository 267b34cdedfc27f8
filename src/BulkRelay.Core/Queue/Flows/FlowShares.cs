namespace BulkRelay.Core.Queue.Flows;

/// <summary>
/// The flows of one priority at one destination, by deficit round robin (Shreedhar and Varghese 1995) with a quantum of one recipient:
/// in the long run each flow that has mail waiting sends as many recipients as any other, whatever the size of its messages. The first
/// entry of a flow that comes up goes before the round (as in RFC 8290), so that a single message waits for the next free delivery and
/// not for a turn of all others; in between the round goes on, so that ever new flows cannot stop it.
/// </summary>
internal sealed class FlowShares
{
    private readonly LinkedList<FlowQueue> _new = new();
    private readonly LinkedList<FlowQueue> _round = new();
    private int _newEntries;
    private int _roundEntries;
    private bool _newWentLast;

    /// <summary>Entries that wait.</summary>
    public int Count => _newEntries + _roundEntries;

    /// <summary>A flow has come up: it has its first entry.</summary>
    public void Begin(FlowQueue flow)
    {
        flow.IsNew = true;
        _new.AddLast(flow);
        _newEntries += flow.Count;
    }

    /// <summary>So many entries have come into a flow, or left it other than by its turn.</summary>
    public void Changed(FlowQueue flow, int entries)
    {
        if (flow.IsNew) _newEntries += entries;
        else _roundEntries += entries;
    }

    /// <summary>The flow whose turn it is. At least one must have an entry. Flows that have none left are handed to <paramref name="ended"/>.</summary>
    public FlowQueue Next(Action<FlowQueue> ended)
    {
        if (_newEntries == 0 || (_newWentLast && _roundEntries > 0)) return NextOfRound(ended);
        while (_new.First!.Value.IsEmpty) EndFirst(_new, ended);
        return _new.First.Value;
    }

    /// <summary>The flow whose turn it was has sent an entry.</summary>
    public void Charge(FlowQueue flow, int recipients, Action<FlowQueue> ended)
    {
        _newWentLast = flow.IsNew;
        flow.Deficit -= recipients;
        if (flow.IsNew)
        {
            flow.IsNew = false;
            _new.RemoveFirst();
            _newEntries -= flow.Count + 1;
            _round.AddLast(flow);
            _roundEntries += flow.Count;
        }
        else _roundEntries--;
        // Where every message is a flow of its own nobody asks for the round: what has ended there must go all the same.
        for (var i = 0; i < 2 && _roundEntries == 0 && _round.Count > 0; i++) EndFirst(_round, ended);
    }

    private FlowQueue NextOfRound(Action<FlowQueue> ended)
    {
        while (true)
        {
            var flow = _round.First!.Value;
            if (flow.IsEmpty)
            {
                // Only now: a flow that sends a message at a time keeps its place for a round and is not new each time.
                EndFirst(_round, ended);
                continue;
            }
            if (flow.Deficit > 0) return flow;
            flow.Deficit++;
            _round.RemoveFirst();
            _round.AddLast(flow);
        }
    }

    private static void EndFirst(LinkedList<FlowQueue> list, Action<FlowQueue> ended)
    {
        ended(list.First!.Value);
        list.RemoveFirst();
    }
}
