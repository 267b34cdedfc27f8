using BulkRelay.Core.Queue;

namespace BulkRelay.EndToEnd.Store;

/// <summary>Messages whose content follows from their id, so that who finds one can tell whether it is intact.</summary>
internal static class TestMail
{
    private static readonly DateTimeOffset Arrived = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>True for every third: the writer records it as delivered.</summary>
    public static bool IsDelivered(long id) => id % 3 == 0;

    public static NewMessage Make(long id, DestinationKey destination)
    {
        var content = Content(id);
        var envelope = new MessageEnvelope
        {
            Id = id,
            QueueId = QueueId.Format(Arrived, id, longForm: true),
            Arrived = Arrived,
            Sender = "sender@example.org",
            Size = content.Length,
        };
        return new NewMessage(
            envelope, [new QueuedRecipient { Number = 0, Address = "r@example.com", Destination = destination, Due = Arrived }],
                MessageContent.From(content));
    }

    /// <summary>About 4 KB; one in ten has two segments.</summary>
    public static byte[] Content(long id)
    {
        var content = new byte[id % 10 == 1 ? 70_000 : 4000 + id % 500];
        new Random((int)id).NextBytes(content);
        return content;
    }
}
