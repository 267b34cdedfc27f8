namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Where the queue is kept.</summary>
public static class StoreParameters
{
    public static readonly ParameterGroup Group = new("Queue store");

    public static readonly Parameter<StoreLocation> QueueStore = Group.Custom<StoreLocation>("queue_store",
        "sqlite:$queue_directory/queue.db",
        "The database that holds the queue, as kind:place. sqlite:FILE is a database on a local disk; a relative name counts from the "
        + "configuration folder.",
        StoreLocation.Parse, range: "sqlite:FILE", own: true);
}
