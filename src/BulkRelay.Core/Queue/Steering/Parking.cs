namespace BulkRelay.Core.Queue.Steering;

/// <summary>
/// Sets mail aside that a freeze of its flow or domain keeps, one entry at a time as it comes to its destination. In the store it is out of
/// the way of other mail then, however much of it there is.
/// </summary>
internal static class Parking
{
    /// <summary>What of a claimed entry is left to deliver; null if nothing is.</summary>
    public static QueueEntry? Park(QueueEntry entry, QueueServices services)
    {
        var freezes = services.Freezes;
        if (!freezes.HasParking) return entry;
        var parked = entry.Recipients.Where(r => freezes.ParkingOf(entry.Message, r) is not null).ToList();
        if (parked.Count == 0) return entry;
        var isAll = parked.Count == entry.Recipients.Count;
        _ = ParkAsync(isAll ? entry : entry with { Recipients = parked, Content = null }, freezes, services);
        return isAll ? null : entry with { Recipients = [.. entry.Recipients.Except(parked)], IsWholeMessage = false };
    }

    private static async Task ParkAsync(QueueEntry entry, FreezeSet freezes, QueueServices services)
    {
        try
        {
            await services.Store.ParkAsync(entry.Message.Id, [.. entry.Recipients.Select(r => r.Number)], services.HardStop).ConfigureAwait(false);
            // A freeze that ended meanwhile has taken its mail back without this.
            if (!ReferenceEquals(freezes, services.Freezes)) services.Queue.Tell(ParkedLate.Instance);
        }
        catch (Exception e)
        {
            // It stays due and comes here again.
            services.Log.Warning($"{entry.Message.QueueId}: cannot be set aside: {e.Message}");
            services.Queue.Tell(new DestinationDue(entry.Destination, services.Time.GetUtcNow()));
        }
        finally
        {
            services.Drop(entry);
        }
    }
}
