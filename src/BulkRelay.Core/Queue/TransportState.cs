namespace BulkRelay.Core.Queue;

/// <summary>What has to be known of a transport beyond the life of its actor: its slots, and whether it can be used. Thread-safe.</summary>
internal sealed class TransportState(string name, QueueServices services)
{
    private Closure? _failure;
    private long _flushedUntil;

    /// <summary>The service in <c>master.cf</c>.</summary>
    public string Name { get; } = name;

    public ProcessSlots Slots { get; } = new(services.ProcessLimit(name));

    /// <summary>Why no destination of the transport is served; null if they are. To ask changes nothing.</summary>
    public Closure? FindClosure()
    {
        if (Volatile.Read(ref _failure) is { } failure && failure.Until > services.Time.GetUtcNow()) return failure;
        if (!services.Configuration.IsDeferred(Name)) return null;
        return services.Time.GetUtcNow().UtcTicks < Volatile.Read(ref _flushedUntil) ? null : Closure.Deferred;
    }

    /// <summary>It has made no agent: it is left alone for <c>transport_retry_time</c>.</summary>
    public Closure Fail()
    {
        var now = services.Time.GetUtcNow();
        var failure = Closure.OfTransport(now + services.Configuration.TransportRetryTime);
        for (var known = Volatile.Read(ref _failure); known is null || known.Until <= now;)
        {
            var found = Interlocked.CompareExchange(ref _failure, failure, known);
            if (ReferenceEquals(found, known)) return failure;
            known = found;
        }
        return Volatile.Read(ref _failure) ?? failure;
    }

    /// <summary>A delivery has come to its end: it works.</summary>
    public void Succeed()
    {
        if (Volatile.Read(ref _failure) is not null) Volatile.Write(ref _failure, null);
    }

    /// <summary>
    /// The queue is flushed: a transport that is out of order is tried at once, one of <c>defer_transports</c> works for
    /// <c>minimal_backoff_time</c>.
    /// </summary>
    public void Flush()
    {
        Volatile.Write(ref _failure, null);
        Volatile.Write(ref _flushedUntil, (services.Time.GetUtcNow() + services.Configuration.Backoff.Minimal).UtcTicks);
    }

    /// <summary>A new configuration holds.</summary>
    public void Reconfigure()
    {
        Slots.Limit = services.ProcessLimit(Name);
        Volatile.Write(ref _failure, null);
    }
}
