namespace BulkRelay.Core.Queue;

/// <summary>Why a destination starts no delivery although mail waits.</summary>
internal enum IdleReason
{
    /// <summary>Nothing stands in the way.</summary>
    None,

    /// <summary>The queue is being stopped.</summary>
    Draining,

    /// <summary>The operator keeps its mail.</summary>
    Frozen,

    /// <summary>The store cannot record results.</summary>
    StoreDown,

    /// <summary>It, or its transport, is closed for now: what waits is deferred.</summary>
    Closed,

    /// <summary>It waits for a slot of its transport.</summary>
    InLine,

    /// <summary>As many deliveries are under way as the window allows, or it pauses between two.</summary>
    Pace,

    /// <summary>All agents that it may have are still there, although not all deliver: connections that are being closed.</summary>
    Agents,
}
