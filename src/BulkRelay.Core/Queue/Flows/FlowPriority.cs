namespace BulkRelay.Core.Queue.Flows;

/// <summary>How the mail of a flow stands to that of others at the same destination.</summary>
public enum FlowPriority
{
    /// <summary>Someone waits for it, as for a password reset.</summary>
    High,

    /// <summary>Mail from one to another.</summary>
    Normal,

    /// <summary>Sent to many.</summary>
    Bulk,
}
