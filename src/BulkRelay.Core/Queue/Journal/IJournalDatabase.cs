namespace BulkRelay.Core.Queue.Journal;

/// <summary>
/// The database in which actors keep what they know, beside the queue. Its tables are those of Akka.Persistence.Sql in its <c>default</c>
/// mapping, made here and not by the plugin, so that they can be made anew while it runs. It may be lost: then destinations begin anew.
/// </summary>
internal interface IJournalDatabase
{
    /// <summary>As messages name it.</summary>
    string Place { get; }

    /// <summary>The name of linq2db's provider.</summary>
    string Provider { get; }

    /// <summary>May hold a password.</summary>
    string ConnectionString { get; }

    /// <summary>The schema of the tables; empty where there are none.</summary>
    string Schema { get; }

    /// <summary>False if nothing can have been kept yet.</summary>
    bool Exists();

    /// <summary>
    /// Makes it ready: what is missing is made, what is damaged is set aside. Returns what the operator should know of that, null if nothing.
    /// </summary>
    /// <exception cref="Exception">It cannot be used now.</exception>
    string? Prepare();

    /// <summary>How many octets it takes; null if that is not known.</summary>
    long? Octets();
}
