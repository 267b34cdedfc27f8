using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue.Store;

/// <summary>Status codes as the database holds them: x.y.z as x * 1,000,000 + y * 1,000 + z.</summary>
internal static class StoredStatus
{
    public static int From(EnhancedStatus status) => status.Class * 1_000_000 + status.Subject * 1_000 + status.Detail;

    public static EnhancedStatus Read(int stored) => new(stored / 1_000_000, stored / 1_000 % 1_000, stored % 1_000);
}
