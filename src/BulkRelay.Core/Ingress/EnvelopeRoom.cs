namespace BulkRelay.Core.Ingress;

/// <summary>
/// The room in memory that an envelope takes until its message is queued. A short one counts for nothing, as there are few at once; a long
/// one is taken from what messages of local programs may take.
/// </summary>
/// <param name="memory">What local programs have taken.</param>
/// <param name="limit">The most that they may take.</param>
public sealed class EnvelopeRoom(ContentMemory memory, long limit) : IDisposable
{
    private const int Short = 64 * 1024;

    /// <summary>The octets as they come, and the text that is made of them.</summary>
    private const int Factor = 3;

    private long _taken;

    /// <summary>True once there was too little room.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Makes sure of room for an envelope of so many octets.</summary>
    internal bool TryHold(long octets)
    {
        var more = Factor * octets - _taken;
        if (octets <= Short || more <= 0) return true;
        if (!memory.TryTake(more, limit)) IsShort = true;
        else _taken += more;
        return !IsShort;
    }

    /// <summary>Gives the room back.</summary>
    public void Dispose()
    {
        memory.Return(_taken);
        _taken = 0;
    }
}
