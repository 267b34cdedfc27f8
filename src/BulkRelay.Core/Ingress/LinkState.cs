namespace BulkRelay.Core.Ingress;

/// <summary>How the connection of a session is.</summary>
internal enum LinkState
{
    /// <summary>It works as far as we know.</summary>
    Open,

    /// <summary>The client closed it, or it broke.</summary>
    Lost,

    /// <summary>The client was silent for too long.</summary>
    TimedOut,

    /// <summary>The relay stops.</summary>
    Stopped,
}
