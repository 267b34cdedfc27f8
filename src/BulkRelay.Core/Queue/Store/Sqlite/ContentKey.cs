namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>The keys of a message's segments in the table <c>content</c>: one range per message.</summary>
internal static class ContentKey
{
    private const int SegmentBits = 20;

    public static long First(long messageId) => messageId << SegmentBits;

    public static long Last(long messageId) => First(messageId) | ((1L << SegmentBits) - 1);
}
