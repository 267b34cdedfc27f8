namespace BulkRelay.Core.Queue;

/// <summary>What a destination wants to read from the store, and what it has in memory already: those rows are read again and skipped.</summary>
/// <param name="AsOf">Mail that is due then.</param>
/// <param name="Wanted">Recipients that there is room for.</param>
/// <param name="Outstanding">Recipients under delivery, or with a result that is not in the store yet.</param>
/// <param name="Waiting">Recipients that wait in memory, by flow.</param>
/// <param name="AfterFlow">The last flow that had its turn of being read; -1 to begin with the first.</param>
internal sealed record ReadWish(DateTimeOffset AsOf, int Wanted, int Outstanding, IReadOnlyDictionary<long, int> Waiting, long AfterFlow)
{
    /// <summary>Recipients in memory.</summary>
    public int InHand { get; } = Waiting.Values.Sum() + Outstanding;

    /// <summary>Recipients of a flow that may be in memory.</summary>
    public int InHandOf(long flow) => Waiting.GetValueOrDefault(flow) + Outstanding;
}
