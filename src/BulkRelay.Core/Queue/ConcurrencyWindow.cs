namespace BulkRelay.Core.Queue;

/// <summary>
/// How many deliveries one destination may have under way at once. Without feedback this is the initial concurrency, and never more than
/// the limit (0: none), as Postfix corrects it when it creates a transport.
/// </summary>
internal readonly record struct ConcurrencyWindow(int Initial, int Limit)
{
    /// <summary>The deliveries that may be under way now; at least 1.</summary>
    public int Size => Limit > 0 && Limit < Initial ? Limit : Initial;
}
