namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>Connections that read and that have to stand back while the database is down.</summary>
internal interface ISuspendableReaders
{
    /// <summary>Waits for the reads at work, closes all connections, and lets no further read begin.</summary>
    void Suspend();

    /// <summary>Ends what <see cref="Suspend"/> began.</summary>
    void Resume();
}
