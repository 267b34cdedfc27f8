namespace BulkRelay.Core.Ingress;

/// <summary>
/// The memory for messages that are being received, one for the process (<c>smtpd_content_memory_limit</c>): a session takes room
/// before it says 354 and while the message grows, and gives it back when the message is stored or refused. Thread-safe.
/// </summary>
public sealed class ContentMemory
{
    private long _used;

    /// <summary>Octets taken.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>True if nine tenths of it are taken.</summary>
    internal bool IsShort(long limit) => Used > limit / 10 * 9;

    /// <summary>Takes room, unless that would exceed the limit (which may differ between configurations).</summary>
    internal bool TryTake(long octets, long limit)
    {
        if (Interlocked.Add(ref _used, octets) <= limit) return true;
        Interlocked.Add(ref _used, -octets);
        return false;
    }

    /// <summary>Gives room back.</summary>
    internal void Return(long octets) => Interlocked.Add(ref _used, -octets);
}
