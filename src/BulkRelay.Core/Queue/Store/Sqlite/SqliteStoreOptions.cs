using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>What a <see cref="SqliteQueueStore"/> has to know.</summary>
/// <param name="File">The database. Its folder is made if it is missing, and holds <c>queue.lock</c> too.</param>
/// <param name="Log">For the operator: failures, and that they are over.</param>
public sealed record SqliteStoreOptions(string File, ServiceLog Log)
{
    /// <summary>The clock by which it is told how long ago the queue was certainly this store's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// The pause after a first vain attempt to reopen a failed database; it doubles with each further one, up to a minute.
    /// </summary>
    public TimeSpan ReopenDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often results of deliveries are tried again that a full disk did not take.</summary>
    public TimeSpan FullRetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);
}
