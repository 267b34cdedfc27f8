namespace BulkRelay.Core.Ingress;

/// <summary>
/// The memory for messages that are being received, one for the process (<c>smtpd_content_memory_limit</c>): a session takes room
/// before it says 354 and while the message grows, and gives it back when the message is stored or refused. Beside it there is a place
/// for one large message at a time, which may be as large as messages may be: so each finds room once, and none takes that of the small
/// ones. Thread-safe.
/// </summary>
public sealed class ContentMemory
{
    /// <summary>A message that takes more than this part of the memory is a large one.</summary>
    private const int LargePart = 4;

    private long _used;
    private int _isLargeTaken;

    /// <summary>Octets taken, without those of the one large message.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>True if nine tenths of it are taken.</summary>
    internal bool IsShort(long limit) => Used > limit / 10 * 9;

    /// <summary>True if a message of that size would find room now.</summary>
    internal bool HasRoom(long octets, long limit) =>
        octets <= limit - Used || (IsLarge(octets, limit) && Volatile.Read(ref _isLargeTaken) == 0);

    /// <summary>True for messages that may use the place for a large one.</summary>
    internal static bool IsLarge(long octets, long limit) => octets > limit / LargePart;

    /// <summary>Takes the place for the one large message.</summary>
    internal bool TryTakeLarge() => Interlocked.CompareExchange(ref _isLargeTaken, 1, 0) == 0;

    /// <summary>Gives that place back.</summary>
    internal void ReturnLarge() => Volatile.Write(ref _isLargeTaken, 0);

    /// <summary>
    /// Takes room, unless that would exceed the limit (which may differ between configurations), of which large messages leave a part to
    /// the others.
    /// </summary>
    internal bool TryTake(long octets, long limit, bool isLarge = false)
    {
        if (Interlocked.Add(ref _used, octets) <= (isLarge ? limit - limit / LargePart : limit)) return true;
        Interlocked.Add(ref _used, -octets);
        return false;
    }

    /// <summary>Gives room back.</summary>
    internal void Return(long octets) => Interlocked.Add(ref _used, -octets);
}
