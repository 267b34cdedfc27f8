namespace BulkRelay.Core.Queue.Store;

/// <summary>What became of a request to store something.</summary>
public enum StoreResult
{
    /// <summary>On disk: it survives a crash and a power cut.</summary>
    Stored,

    /// <summary>Not stored and never will be: the disk is full or a bound is reached. <c>452 4.3.1</c> to a client.</summary>
    Full,

    /// <summary>Not stored and never will be: the store has failed and is being reopened. <c>451 4.3.0</c> to a client.</summary>
    Unavailable,
}
