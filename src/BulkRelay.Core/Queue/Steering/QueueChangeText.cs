using System.Globalization;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>Postfix's words for what was done to messages, in the log and on the screen.</summary>
public static class QueueChangeText
{
    private static readonly Dictionary<QueueChange, (string Single, string Total)> Words = new()
    {
        [QueueChange.Requeue] = ("requeued", "Requeued"),
        [QueueChange.Delete] = ("removed", "Deleted"),
        [QueueChange.Expire] = ("expired", "Force-expired"),
        [QueueChange.Hold] = ("placed on hold", "Placed on hold"),
        [QueueChange.Release] = ("released from hold", "Released from hold"),
        [QueueChange.Retry] = ("made due", "Made due"),
    };

    /// <summary>What was done to one message: <c>placed on hold</c>.</summary>
    public static string Single(QueueChange change) => Words[change].Single;

    /// <summary>To how many it was done: <c>Placed on hold: 2 messages</c>.</summary>
    public static string Total(QueueChange change, long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{Words[change].Total}: {count} message{(count == 1 ? "" : "s")}");
}
