using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Queue;

/// <summary>
/// Another relay has had the queue while this one stood still: nothing that it has done is done again, and what it left is taken up.
/// </summary>
public sealed class OwnerChangeTests
{
    private const int Messages = 30;

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Only_what_was_under_way_goes_on_from_memory()
    {
        await using var queue = await FilledAsync();
        var underWay = new List<long>();
        while (queue.Smtp.TryNextRequest(out var request)) underWay.Add(request!.Entry.Message.Id);

        var mail = await ListAsync(queue);
        var delivered = mail.Where(id => !underWay.Contains(id)).Take(10).ToList();
        await queue.Memory.ChangeAsync(QueueChange.Delete, delivered, queue.Time.GetUtcNow(), default);
        var left = new NewMessage(Left(queue), [new QueuedRecipient { Number = 0, Address = "x@left.test",
            Destination = new("smtp", "left.test"), Due = queue.Time.GetUtcNow() }],
            MessageContent.From("\r\n"u8));
        await queue.Memory.AddAsync(left, default);
        await ComeBackAsync(queue);
        await queue.UntilEmptyAsync(TimeSpan.FromSeconds(1));

        queue.Smtp.Deliveries.Keys.Select(key => key.Message).ShouldBe([.. mail.Except(delivered), left.Envelope.Id], ignoreOrder: true);
        queue.Smtp.Deliveries.Values.ShouldAllBe(times => times == 1);
        await queue.SettleAsync(TimeSpan.FromSeconds(1));
        queue.Services.Claims.ActiveMessages().ShouldBeEmpty();
        queue.Services.ActiveEntries.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_other_has_frozen_stays()
    {
        await using var queue = await FilledAsync();
        var underWay = 0;
        while (queue.Smtp.TryNextRequest(out _)) underWay++;

        await queue.Memory.FreezeAsync(new QueueFreeze(FreezeScope.Destination, "example.com", "by the other", queue.Time.GetUtcNow(),
            null), default);
        await ComeBackAsync(queue);

        await queue.UntilAsync(_ => queue.Memory.CountAsync(default).AsTask().Result == Messages - underWay && queue.Services.MayDeliver);
        queue.Time.Advance(TimeSpan.FromSeconds(10));
        await queue.StatusAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(underWay);
        queue.Services.Freezes.All.ShouldHaveSingleItem().Reason.ShouldBe("by the other");
    }

    /// <summary>A queue with five deliveries that wait at the gate, and the rest in memory.</summary>
    private async Task<QueueFixture> FilledAsync()
    {
        var queue = new QueueFixture(("smtp_initial_destination_concurrency", "5"), ("smtp_destination_concurrency_limit", "5")).Start();
        queue.Smtp.Answer = async (request, _) =>
        {
            await _gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < Messages; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 5, Queued: Messages - 5 }) && queue.Smtp.MostInAll == 5);
        return queue;
    }

    private async Task ComeBackAsync(QueueFixture queue)
    {
        queue.Memory.IsHealthy = false;
        queue.Memory.ChangeOwner();
        queue.Memory.IsHealthy = true;
        _gate.SetResult();
        await queue.StatusAsync();
    }

    private static MessageEnvelope Left(QueueFixture queue) => queue.Message("other@example.org", "x@left.test").Envelope;

    private static async Task<List<long>> ListAsync(QueueFixture queue)
    {
        var ids = new List<long>();
        await foreach (var message in queue.Memory.ListAsync(QueueFilter.All, default)) ids.Add(message.Envelope.Id);
        return ids;
    }
}
