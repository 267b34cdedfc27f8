using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Queue.Store;

/// <summary>Messages as a store gets them.</summary>
internal static class TestMessages
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly DestinationKey Example = new("smtp", "example.com");

    public static readonly DestinationKey Elsewhere = new("relay", "[mail.example.net]:587");

    /// <summary>A message whose recipients all go to one destination and are due at one time.</summary>
    public static NewMessage To(this IQueueStore store, DestinationKey destination, DateTimeOffset due,
        int recipients = 1, string content = "Subject: x\r\n\r\nbody\r\n") =>
        store.With([.. Enumerable.Range(0, recipients).Select(number => Recipient(number, destination, due))],
            MessageContent.From(Encoding.UTF8.GetBytes(content)));

    /// <summary>A message with these recipients and this content.</summary>
    public static NewMessage With(this IQueueStore store, IReadOnlyList<QueuedRecipient> recipients, MessageContent content)
    {
        var id = store.NextMessageId();
        var arrived = Noon.AddMicroseconds(id);
        return new NewMessage(
            new MessageEnvelope
            {
                Id = id,
                QueueId = QueueId.Format(arrived, id, longForm: id % 2 == 0),
                Arrived = arrived,
                Sender = "sender@example.org",
                Size = content.Length,
            },
            recipients,
            content);
    }

    public static QueuedRecipient Recipient(int number, DestinationKey destination, DateTimeOffset due) =>
        new() { Number = number, Address = $"r{number}@example.com", Destination = destination, Due = due };

    /// <summary>Stores it and expects that to succeed.</summary>
    public static async Task<MessageEnvelope> AddOkAsync(this IQueueStore store, NewMessage message)
    {
        (await store.AddAsync(message, default)).ShouldBe(StoreResult.Stored);
        return message.Envelope;
    }

    /// <summary>Writes a record and waits until it is written; true if the message has left the queue.</summary>
    public static Task<bool> RecordAsync(this IQueueStore store, DeliveryRecord record)
    {
        var written = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Record(record with { Recorded = (_, left) => written.TrySetResult(left) });
        return written.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Deletes a message as an operator does; false if it is not there.</summary>
    public static async Task<bool> DeleteAsync(this IQueueStore store, string queueId) =>
        await store.FindAsync(queueId, default) is { } found
        && (await store.ChangeAsync(QueueChange.Delete, [found.Envelope.Id], Noon, default)).Messages.Count == 1;
}
