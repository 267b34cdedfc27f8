namespace BulkRelay.Core.Queue;

/// <summary>
/// The contents of large messages that are under delivery: the deliveries of one message read it once and share it, however many there are.
/// Thread-safe.
/// </summary>
internal sealed class LargeContents
{
    /// <summary>Smaller ones are read by each delivery for itself.</summary>
    public const int Least = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, WeakReference<Task<MessageContent?>>> _reads = [];

    /// <summary>The content of a message, from a read that is under way or still known, or from a new one.</summary>
    public Task<MessageContent?> ReadAsync(long messageId, Func<Task<MessageContent?>> read)
    {
        lock (_gate)
        {
            if (_reads.TryGetValue(messageId, out var known) && known.TryGetTarget(out var underWay)
                && !underWay.IsFaulted && !underWay.IsCanceled) return underWay;
            foreach (var (id, earlier) in _reads)
                if (!earlier.TryGetTarget(out _)) _reads.Remove(id);
            var begun = Task.Run(read);
            _reads[messageId] = new WeakReference<Task<MessageContent?>>(begun);
            return begun;
        }
    }
}
