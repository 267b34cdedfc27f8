namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Where the queue is kept.</summary>
public static class StoreParameters
{
    public static readonly ParameterGroup Group = new("Queue store");

    public static readonly Parameter<StoreLocation> QueueStore = Group.Custom<StoreLocation>("queue_store",
        "sqlite:$queue_directory/queue.db",
        "The database that holds the queue, as kind:place. sqlite:FILE is a database on a local disk; a relative name counts from the "
        + "configuration folder. postgres:WORDS is a database of a PostgreSQL server, given in libpq's words, as in "
        + "postgres:host=/var/run/postgresql dbname=bulkrelay user=bulkrelay; its URIs will do as well, as in postgresql://bulkrelay@db.example.com/bulkrelay. "
        + "The password belongs into a file that only the relay can read (passfile=FILE, or PGPASSFILE in the environment), for this one is for everybody's eyes. "
        + "The database must be in UTF8 and its server must sync what it commits. What the relay learns of destinations is kept beside the queue, in "
        + "queue-actors.db beside queue.db, or in the schema bulkrelay_actors: that may be lost, the queue may not.",
        StoreLocation.Parse, range: "sqlite:FILE, postgres:WORDS, postgresql://…", own: true);
}
