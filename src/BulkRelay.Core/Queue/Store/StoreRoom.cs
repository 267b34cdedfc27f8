namespace BulkRelay.Core.Queue.Store;

/// <summary>The room for mail in a store.</summary>
/// <param name="TakesMail">False while what room there is has to be kept for the results of deliveries.</param>
/// <param name="Reusable">Octets that are free within the store, beside those that are free where it is.</param>
public readonly record struct StoreRoom(bool TakesMail, long Reusable);
