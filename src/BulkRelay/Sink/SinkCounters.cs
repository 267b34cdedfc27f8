using BulkRelay.Server.SampleMail;

namespace BulkRelay.Server.Sink;

/// <summary>What a sink has seen. Written by many sessions at once.</summary>
internal sealed class SinkCounters
{
    private long _connections;
    private long _open;
    private long _mostOpen;
    private long _messages;
    private long _recipients;
    private long _octets;
    private long _deferred;
    private long _rejected;
    private long _dropped;
    private long _verified;
    private long _changed;

    public long Connections => Interlocked.Read(ref _connections);
    public long Open => Interlocked.Read(ref _open);
    public long MostOpen => Interlocked.Read(ref _mostOpen);
    public long Messages => Interlocked.Read(ref _messages);
    public long Recipients => Interlocked.Read(ref _recipients);
    public long Octets => Interlocked.Read(ref _octets);
    public long Deferred => Interlocked.Read(ref _deferred);
    public long Rejected => Interlocked.Read(ref _rejected);
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages read to their end that carried a hash of their content, whatever the reply to them was.</summary>
    public long Verified => Interlocked.Read(ref _verified);

    /// <summary>Those whose content was not what the hash says.</summary>
    public long Changed => Interlocked.Read(ref _changed);

    public void Connected()
    {
        Interlocked.Increment(ref _connections);
        var open = Interlocked.Increment(ref _open);
        for (var most = MostOpen; open > most; most = MostOpen)
            if (Interlocked.CompareExchange(ref _mostOpen, open, most) == most) return;
    }

    public void Disconnected() => Interlocked.Decrement(ref _open);

    public void Accepted(int recipients, int octets)
    {
        Interlocked.Increment(ref _messages);
        Interlocked.Add(ref _recipients, recipients);
        Interlocked.Add(ref _octets, octets);
    }

    public void Refused(bool forNow)
    {
        if (forNow) Interlocked.Increment(ref _deferred);
        else Interlocked.Increment(ref _rejected);
    }

    public void Judged(ContentVerdict verdict)
    {
        if (verdict == ContentVerdict.Unknown) return;
        Interlocked.Increment(ref _verified);
        if (verdict == ContentVerdict.Changed) Interlocked.Increment(ref _changed);
    }

    public void Broke() => Interlocked.Increment(ref _dropped);
}
