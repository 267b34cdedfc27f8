using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Journal;

namespace BulkRelay.Core.Queue.Store;

/// <summary>One kind of queue store.</summary>
/// <param name="Kind">The word before the colon of <c>queue_store</c>.</param>
/// <param name="Check">Throws <see cref="FormatException"/> if the place cannot be understood. Opens nothing.</param>
/// <param name="Open">Opens the store at the place behind the colon, for the relay.</param>
/// <param name="OpenReader">Opens it for reading only, for commands while the relay is down.</param>
/// <param name="Journal">Where actors keep what they know, beside that store.</param>
internal sealed record QueueStoreDriver(string Kind, Action<StoreLocation, ConfigSnapshot> Check,
    Func<StoreLocation, ConfigSnapshot, ServiceLog, IQueueStore> Open, Func<StoreLocation, ConfigSnapshot, IQueueReader> OpenReader,
    Func<StoreLocation, ConfigSnapshot, IJournalDatabase> Journal);
