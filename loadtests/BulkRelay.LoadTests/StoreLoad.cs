using System.Diagnostics;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.LoadTests;

/// <summary>Messages stored by several adders at once, as sessions do it, and recorded as delivered right after.</summary>
internal static class StoreLoad
{
    /// <summary>Rate, processor time and memory of a run.</summary>
    public sealed record Figures(double PerSecond, double CpuMicroseconds, double AllocatedBytes);

    public static async Task<Figures> RunAsync(
        IQueueStore store, int messages, int adders, int size, DestinationKey destination, bool deliver)
    {
        var content = new byte[size];
        new Random(1).NextBytes(content);
        var body = MessageContent.From(content);
        var left = messages;
        var written = 0;
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Recorded(DeliveryRecord record, bool gone)
        {
            if (Interlocked.Increment(ref written) == messages) drained.SetResult();
        }

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, adders).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var message = Message(store.NextMessageId(), body, destination);
                if (await store.AddAsync(message, default) != StoreResult.Stored)
                    throw new InvalidOperationException("the store does not take mail");
                if (deliver) store.Record(new DeliveryRecord(message.Envelope.Id, [0], []) { FinishesMessage = true, Recorded = Recorded });
            }
        })));
        if (deliver) await drained.Task;
        return new Figures(
            messages / clock.Elapsed.TotalSeconds,
            (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / messages,
            (double)(GC.GetTotalAllocatedBytes() - allocated) / messages);
    }

    /// <summary>Stores sample messages and reads them back: how many are not what was stored.</summary>
    public static async Task<int> ChangedAsync(IQueueStore store, DestinationKey destination, int messages)
    {
        var changed = 0;
        for (var n = 0; n < messages; n++)
        {
            var message = Message(store.NextMessageId(), MessageContent.From(SampleMessage.Create($"store{n}")), destination);
            if (await store.AddAsync(message, default) != StoreResult.Stored)
                throw new InvalidOperationException("the store does not take mail");
            var read = await store.ReadContentAsync(message.Envelope.Id, default);
            if (read is null || ContentDigest.Judge(read.ToArray()) != ContentVerdict.Unchanged) changed++;
            store.Record(new DeliveryRecord(message.Envelope.Id, [0], []) { FinishesMessage = true });
        }
        return changed;
    }

    private static NewMessage Message(long id, MessageContent content, DestinationKey destination)
    {
        var now = TimeProvider.System.GetUtcNow();
        var envelope = new MessageEnvelope
        {
            Id = id,
            QueueId = QueueId.Format(now, id, longForm: true),
            Arrived = now,
            Sender = "sender@example.com",
            Size = content.Length,
            ClientName = "client.example.com",
            ClientAddress = "192.0.2.1",
            HeloName = "client.example.com",
            Protocol = "ESMTP",
        };
        var recipient = new QueuedRecipient { Number = 0, Address = "recipient@example.com", Destination = destination, Due = now };
        return new NewMessage(envelope, [recipient], content);
    }
}
