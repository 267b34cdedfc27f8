namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// What waits for the writer, in order. Bounded for those who wait for an answer: they wait for room here, and that is the
/// backpressure. Records take no room; there are never more of them than deliveries.
/// </summary>
internal sealed class WriterInbox : IDisposable
{
    /// <summary>Requests that may wait beside the batch at work.</summary>
    private const int Capacity = 1000;

    private const int MaxBatchCount = 500;
    private const long MaxBatchContent = 32 * 1024 * 1024;

    /// <summary>How long a record waits for others, unless something urgent takes it along.</summary>
    private static readonly TimeSpan RecordDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How long the writer waits for those who were here a moment ago, when there were several: a transaction for all of them costs
    /// hardly more than one for half of them. A single client never waits.
    /// </summary>
    private static readonly TimeSpan CrowdDelay = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private readonly SemaphoreSlim _room = new(Capacity);
    private readonly CancellationTokenSource _closing = new();
    private readonly Queue<WriteRequest> _waiting = new();
    private int _urgent;
    private int _lastUrgent;
    private int _wakeAtUrgent;
    private bool _writerSleeps;
    private bool _isNudged;
    private bool _isRefusing;
    private bool _isClosed;

    /// <summary>Waits for room and queues. False if the store is failing or closed: then the request was not taken.</summary>
    public async ValueTask<bool> PutAsync(WriteRequest request, CancellationToken cancel)
    {
        if (Volatile.Read(ref _isRefusing)) return false;
        await _room.WaitAsync(cancel).ConfigureAwait(false);
        if (Put(request)) return true;
        _room.Release();
        return false;
    }

    /// <summary>Queues a record at once.</summary>
    public void PutRecord(RecordRequest record)
    {
        lock (_gate) Enqueue(record);
    }

    /// <summary>Wakes the writer though there may be nothing to write.</summary>
    public void Nudge()
    {
        lock (_gate)
        {
            _isNudged = true;
            Wake();
        }
    }

    /// <summary>
    /// Waits for something to write, at most <paramref name="wait"/> or until nudged, and takes it, bounded in number and octets.
    /// False when the inbox is closed and empty.
    /// </summary>
    public bool Take(List<WriteRequest> batch, TimeSpan wait)
    {
        lock (_gate)
        {
            var crowd = _lastUrgent + _urgent;
            if (crowd > 1 && _urgent < crowd && !_isClosed) Sleep(CrowdDelay, wakeAtUrgent: crowd);
            if (!HasWork) Sleep(wait);
            if (_urgent == 0 && HasWork && !_isClosed) Sleep(RecordDelay);
            _isNudged = false;
            if (_isClosed && _waiting.Count == 0) return false;
            long content = 0;
            var urgentBefore = _urgent;
            while (batch.Count < MaxBatchCount && content < MaxBatchContent && _waiting.TryDequeue(out var request))
            {
                batch.Add(request);
                content += request.ContentLength;
                if (request.IsUrgent) LeaveRoom();
            }
            _lastUrgent = urgentBefore - _urgent;
            return true;
        }
    }

    /// <summary>From now on nothing urgent is taken; what waits is answered with Unavailable. Records stay.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isRefusing, true);
            for (var n = _waiting.Count; n > 0; n--)
            {
                var request = _waiting.Dequeue();
                if (!request.IsUrgent)
                {
                    _waiting.Enqueue(request);
                    continue;
                }
                LeaveRoom();
                request.Refuse(StoreResult.Unavailable);
            }
        }
    }

    /// <summary>Takes requests again.</summary>
    public void Accept()
    {
        lock (_gate) Volatile.Write(ref _isRefusing, _isClosed);
    }

    /// <summary>The end: nothing urgent is taken any more, and the writer ends once it has written what is here.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Volatile.Write(ref _isRefusing, true);
            Wake();
        }
        _closing.Cancel();
    }

    /// <summary>Cancelled by <see cref="Close"/>.</summary>
    public CancellationToken Closing => _closing.Token;

    public void Dispose()
    {
        _room.Dispose();
        _closing.Dispose();
    }

    private bool HasWork => _waiting.Count > 0 || _isNudged || _isClosed;

    private bool Put(WriteRequest request)
    {
        lock (_gate)
        {
            if (_isRefusing) return false;
            _urgent++;
            Enqueue(request);
            return true;
        }
    }

    private void Enqueue(WriteRequest request)
    {
        _waiting.Enqueue(request);
        // A record does not cut short the writer's wait for company.
        if (request.IsUrgent ? _urgent >= _wakeAtUrgent : _waiting.Count == 1) Wake();
    }

    private void LeaveRoom()
    {
        _urgent--;
        _room.Release();
    }

    private void Sleep(TimeSpan wait, int wakeAtUrgent = 1)
    {
        _wakeAtUrgent = wakeAtUrgent;
        _writerSleeps = true;
        Monitor.Wait(_gate, wait);
        _writerSleeps = false;
    }

    private void Wake()
    {
        if (_writerSleeps) Monitor.Pulse(_gate);
    }
}
