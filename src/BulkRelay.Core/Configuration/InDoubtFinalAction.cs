namespace BulkRelay.Core.Configuration;

/// <summary>What becomes of mail of which it is not known, after <c>in_doubt_retries</c>, whether it has arrived.</summary>
public enum InDoubtFinalAction
{
    /// <summary>It is held until the operator has found out.</summary>
    Hold,

    /// <summary>It counts as delivered.</summary>
    Delivered,
}
