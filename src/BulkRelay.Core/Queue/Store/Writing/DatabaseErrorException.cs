namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>The database has refused a call or does not answer. The message is for the operator and names the place.</summary>
internal abstract class DatabaseErrorException(string message, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>The disk is full: nothing was written, nothing is broken.</summary>
    public abstract bool IsFull { get; }

    /// <summary>The values are at fault (a key that exists already), not the database.</summary>
    public abstract bool IsBadValue { get; }

    /// <summary>The database can no longer be trusted until it has been reopened and checked.</summary>
    public bool IsStoreFailure => !IsFull && !IsBadValue;
}
