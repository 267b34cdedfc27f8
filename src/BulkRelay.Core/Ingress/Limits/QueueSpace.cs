using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>
/// The free space where the queue is, looked up once in a second at most. A queue that is not in a folder of this machine has as much as
/// its server says when it is stored to. Thread-safe.
/// </summary>
/// <param name="folder">The folder of the queue; null if it is in none of this machine.</param>
/// <param name="time">The clock.</param>
/// <param name="room">What the store says.</param>
public sealed class QueueSpace(string? folder, TimeProvider time, Func<StoreRoom> room)
{
    /// <summary>How many times the size of a message must be free, as in Postfix: it is stored, and then so is what became of it.</summary>
    private const double Reserve = 1.5;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _looked;
    private long? _free;

    /// <summary>Octets that are free for this process, beside those that the store has free within itself.</summary>
    public long Free
    {
        get
        {
            if (folder is null) return long.MaxValue;
            lock (_gate)
            {
                if (_free is { } known && time.GetElapsedTime(_looked) < Freshness) return known;
                _looked = time.GetTimestamp();
                return (_free = Look(folder)).Value;
            }
        }
    }

    /// <summary>A <c>queue_minfree</c> that is of no use, or null.</summary>
    internal static ConfigFault? Check(ConfigSnapshot snapshot)
    {
        var (least, largest) = (snapshot.Get(QueueParameters.QueueMinfree), snapshot.Get(CleanupParameters.MessageSizeLimit));
        if (least == 0 || largest == 0 || least >= Reserve * largest) return null;
        return new ConfigFault(FaultSeverity.Warning, "", 0, QueueParameters.QueueMinfree.Name, string.Create(CultureInfo.InvariantCulture,
            $"queue_minfree({least}) should be at least 1.5*message_size_limit({largest}): the queue needs room for one more message and for what becomes of it"));
    }

    /// <summary>Null if a message may come; otherwise why not, for the log.</summary>
    /// <param name="snapshot">What must stay free.</param>
    /// <param name="size">How large the message is to be; 0 if nobody knows.</param>
    internal string? Refuse(ConfigSnapshot snapshot, long size)
    {
        if (folder is null) return null;
        var (takesMail, reusable) = room();
        if (!takesMail) return "not enough free space in mail queue: what there is is kept for the results of deliveries";
        var free = Free > long.MaxValue - reusable ? long.MaxValue : Free + reusable;
        if (free <= snapshot.Get(QueueParameters.QueueMinfree))
            return string.Create(CultureInfo.InvariantCulture, $"not enough free space in mail queue: {free} bytes < minimum free limit");
        var limit = snapshot.Get(CleanupParameters.MessageSizeLimit);
        return free > Reserve * Math.Max(limit, size) ? null
            : string.Create(CultureInfo.InvariantCulture, $"not enough free space in mail queue: {free} bytes < {Reserve}*message size limit");
    }

    /// <summary>What cannot be asked shows when a message is stored.</summary>
    private static long Look(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
