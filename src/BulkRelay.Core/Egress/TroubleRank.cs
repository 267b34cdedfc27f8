namespace BulkRelay.Core.Egress;

/// <summary>Who has to do something about a trouble; the higher one is kept for the operator to see.</summary>
internal enum TroubleRank
{
    /// <summary>Nobody: no connection, a time-out, a temporary reply. The next attempt may succeed.</summary>
    Passing,

    /// <summary>The other side: a permanent reply where mail waits all the same, such as a greeting of 554.</summary>
    Refusal,

    /// <summary>
    /// The operator of this relay, or both: login, TLS, a table, a name in the configuration. It stays as it is until somebody mends it.
    /// </summary>
    Setup,
}
