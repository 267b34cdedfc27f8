using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Queue;

/// <summary>How much of the queue may be in memory.</summary>
/// <param name="Entries">Entries over all destinations.</param>
/// <param name="Recipients">Recipients over all destinations.</param>
/// <param name="Reserved">Recipients that each destination may have in any case.</param>
/// <param name="PerDestination">Recipients for one destination.</param>
internal readonly record struct ActiveLimits(int Entries, int Recipients, int Reserved, int PerDestination)
{
    /// <summary>The limits of a configuration.</summary>
    public static ActiveLimits From(ConfigSnapshot snapshot) => new(
        snapshot.Get(QueueParameters.MessageActiveLimit),
        snapshot.Get(QueueParameters.MessageRecipientLimit),
        snapshot.Get(QueueParameters.MessageRecipientMinimum),
        snapshot.Get(QueueParameters.DestinationActiveLimit));
}
