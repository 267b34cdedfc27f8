using System.Collections.Concurrent;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

/// <summary>Actors that fail: what they had in memory is read again, what was under delivery ends and counts.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData("destination fails")]
    [InlineData("destination stops")]
    [InlineData("transport fails")]
    [InlineData("queue manager fails")]
    public async Task A_crash_neither_loses_nor_doubles_mail(string crash)
    {
        await using var queue = new QueueFixture(("qmgr_destination_active_limit", "16"), ("default_destination_concurrency_limit", "5")).Start();
        var gates = new ConcurrentQueue<TaskCompletionSource>();
        queue.Smtp.Answer = async (request, _) =>
        {
            var gate = new TaskCompletionSource();
            gates.Enqueue(gate);
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 40; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(_ => gates.Count == 5);

        // Messages that no correct sender makes. Some deliveries end while the actor is down, some after its successor has begun.
        var destination = queue.Services.Destinations.Values.Single().Actor;
        if (crash == "transport fails") queue.Queue.Tell(new DestinationDue(new DestinationKey("smtp", null!), default));
        else if (crash == "queue manager fails") queue.Queue.Tell(new DestinationDue(new DestinationKey(null!, "x"), default));
        else destination.Tell(crash == "destination fails" ? new ReadFailed(null!) : PoisonPill.Instance);
        for (var i = 0; i < 3 && gates.TryDequeue(out var gate); i++) gate.SetResult();
        await queue.SubmitAsync("during@example.com");
        await queue.UntilAsync(_ =>
        {
            while (queue.Smtp.Order.Count > 5 && gates.TryDequeue(out var gate)) gate.SetResult();
            return queue.Memory.CountAsync(default).AtOnce() == 0;
        }, step: TimeSpan.FromMilliseconds(200));
        queue.Smtp.Deliveries.Count.ShouldBe(41);
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
        queue.Smtp.Overlaps.ShouldBeEmpty();
        queue.Smtp.MostInFlight.Values.ShouldBe([5], "the limit holds over the crash");
        await queue.UntilAsync(s => s.Destinations.All(d => d is { InFlight: 0, Unrecorded: 0 }));
        if (crash != "destination stops") queue.ReadLog().ShouldContain(crash.StartsWith("queue", StringComparison.Ordinal)
            ? "the queue manager failed and starts anew" : "failed and is rebuilt from the queue");
    }

    [Fact]
    public async Task A_freeze_ends_in_time_although_who_keeps_the_freezes_has_failed()
    {
        await using var queue = new QueueFixture().Start();
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        await steering.FreezeAsync(new QueueFreeze(FreezeScope.Domain, "example.com", "because", queue.Time.GetUtcNow(), queue.Time.GetUtcNow().AddHours(1)), default);
        await queue.SubmitAsync("a@example.com");
        queue.Queue.Tell(new BeginFreeze(null!));
        // It answers again, so it has started anew.
        (await steering.UnfreezeAsync(FreezeScope.Domain, "other.example", default)).ShouldBeFalse();
        await queue.SettleAsync();
        queue.Smtp.Deliveries.ShouldBeEmpty();
        queue.Time.Advance(TimeSpan.FromMinutes(61));
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(200));
    }
}
