using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Queue.Steering;

/// <summary>What an operator does to the queue takes effect at once in the running relay.</summary>
public sealed class SteeringTests
{
    [Theory]
    [InlineData(QueueChange.Hold)]
    [InlineData(QueueChange.Delete)]
    public async Task Mail_that_waits_in_memory_is_not_begun_any_more(QueueChange change)
    {
        await using var queue = Blocked(out var gate);
        var messages = new List<MessageEnvelope>();
        for (var i = 0; i < 10; i++) messages.Add(await queue.SubmitAsync($"u{i}@example.com"));
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 2, Queued: 8 }));

        var changed = await ChangeAsync(queue, change, QueueFilter.All);
        await queue.StatusAsync();
        gate.SetResult();
        await queue.SettleAsync(TimeSpan.FromSeconds(1));

        changed.Count.ShouldBe(10);
        queue.Smtp.Order.Count.ShouldBe(2);
        (await queue.Memory.CountAsync(default)).ShouldBe(change == QueueChange.Hold ? 8 : 0);
        queue.Services.ActiveEntries.ShouldBe(0);
    }

    [Theory]
    [InlineData(QueueChange.Hold)]
    [InlineData(QueueChange.Delete)]
    public async Task A_delivery_under_way_ends_and_is_recorded_and_nothing_begins_again(QueueChange change)
    {
        await using var queue = Blocked(out var gate, FakeTransport.Deferred);
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight == 1));

        await ChangeAsync(queue, change, QueueFilter.All);
        gate.SetResult();
        await queue.SettleAsync();
        queue.Time.Advance(TimeSpan.FromHours(2));
        await queue.SettleAsync();

        queue.Smtp.Order.Count.ShouldBe(1);
        var left = await ListAsync(queue);
        if (change == QueueChange.Delete) left.ShouldBeEmpty();
        else left.ShouldHaveSingleItem().Recipients[0].Reason.ShouldBe("host mx.test said: 450 busy");
    }

    [Fact]
    public async Task A_read_that_has_begun_brings_back_nothing_that_is_held_meanwhile()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        var message = await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        var ticket = queue.Services.Claims.BeginRead();
        var entry = (await queue.Memory.ReadDueAsync(new DestinationKey("smtp", "example.com"), DateTimeOffset.MaxValue, 9, 0, default))[0];

        await ChangeAsync(queue, QueueChange.Hold, new() { QueueIds = [message.QueueId] });

        queue.Services.Claims.TryClaim(entry, ticket).ShouldBeNull();
        queue.Services.Claims.EndRead(ticket);
        queue.Services.Claims.TryClaim(entry, queue.Services.Claims.BeginRead()).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(QueueChange.Retry)]
    [InlineData(QueueChange.Requeue)]
    public async Task Deferred_mail_goes_at_once_when_it_is_asked_for(QueueChange change)
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        await queue.SubmitAsync("a@example.com", "b@example.net");
        await queue.SettleAsync();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));

        (await ChangeAsync(queue, change, new() { Domains = ["example.net"] })).Count.ShouldBe(1);

        await LeavesAtOnceAsync(queue);
        queue.Smtp.Deliveries.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_retry_revives_a_dead_site()
    {
        await using var queue = new QueueFixture(("initial_destination_concurrency", "1")).Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request) with { SiteTrouble = "connect to mx.test: refused" });
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        await queue.SettleAsync();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));

        await ChangeAsync(queue, QueueChange.Retry, QueueFilter.All);

        await LeavesAtOnceAsync(queue);
    }

    [Fact]
    public async Task Released_mail_goes_at_once()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        await ChangeAsync(queue, QueueChange.Hold, QueueFilter.All);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        queue.Time.Advance(TimeSpan.FromHours(3));
        await queue.SettleAsync();
        queue.Smtp.Deliveries.ShouldBeEmpty();

        await ChangeAsync(queue, QueueChange.Release, QueueFilter.All);

        await LeavesAtOnceAsync(queue);
        queue.Smtp.Deliveries.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Expired_mail_is_returned_without_an_attempt_even_while_its_site_is_dead()
    {
        await using var queue = new QueueFixture(("initial_destination_concurrency", "1"));
        var returned = new List<string>();
        queue.Report = request =>
        {
            returned.AddRange(request.Outcomes.Select(o => $"{o.Status} {o.Reason}"));
            return [];
        };
        queue.Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request) with { SiteTrouble = "connect to mx.test: refused" });
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        await queue.SettleAsync();
        returned.Clear(); // what was said of the attempt itself

        await ChangeAsync(queue, QueueChange.Expire, QueueFilter.All);

        await LeavesAtOnceAsync(queue);
        returned.ShouldHaveSingleItem().ShouldBe("4.2.0 host mx.test said: 450 busy");
        queue.Smtp.Order.Count.ShouldBe(1);
        queue.ReadLog().ShouldContain("status=force-expired, returned to sender");
    }

    [Fact]
    public async Task Active_and_deferred_messages_are_told_apart()
    {
        await using var queue = Blocked(out var gate);
        var active = await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight == 1));
        var held = queue.Message("sender@example.org", "b@example.com");
        await queue.SubmitAsync(held with { Envelope = held.Envelope with { IsHeld = true } });
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);

        (await steering.Selection.CountAsync(new() { States = [QueueState.Active] }, default)).ShouldBe(1);
        (await steering.Selection.CountAsync(new() { States = [QueueState.Deferred] }, default)).ShouldBe(0);
        (await steering.Selection.CountAsync(new() { States = [QueueState.Hold, QueueState.Active] }, default)).ShouldBe(2);
        (await steering.Selection.CountAsync(new() { States = [QueueState.Active], QueueIds = [active.QueueId] }, default)).ShouldBe(1);
        gate.SetResult();
    }

    [Fact]
    public async Task A_change_stops_at_its_limit()
    {
        await using var queue = Blocked(out var gate);
        for (var i = 0; i < 5; i++) await queue.SubmitAsync("a@example.com");
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        var changed = 0;
        await foreach (var batch in steering.ChangeAsync(QueueChange.Hold, QueueFilter.All, 3, queue.Services.Log, default))
            changed += batch.Count;
        changed.ShouldBe(3);
        (await steering.Selection.CountAsync(new() { States = [QueueState.Hold] }, default)).ShouldBe(3);
        gate.SetResult();
    }

    /// <summary>A queue whose deliveries, two at a time, wait for the test.</summary>
    private static QueueFixture Blocked(out TaskCompletionSource gate, Func<Core.Queue.DeliveryRequest, string, DeliveryOutcome>? answer = null)
    {
        var queue = new QueueFixture(("default_destination_concurrency_limit", "2"), ("initial_destination_concurrency", "2"));
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Smtp.Answer = async (request, _) =>
        {
            await opened.Task;
            return answer is null ? FakeTransport.Delivered(request) : answer(request, "host mx.test said: 450 busy");
        };
        gate = opened;
        return queue.Start();
    }

    /// <summary>Waits until the queue is empty, which must not take the time to the next attempt; a read may pause for a moment.</summary>
    private static async Task LeavesAtOnceAsync(QueueFixture queue)
    {
        var begin = queue.Time.GetUtcNow();
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(10));
        (queue.Time.GetUtcNow() - begin).ShouldBeLessThan(TimeSpan.FromSeconds(250));
    }

    private static async Task<List<long>> ChangeAsync(QueueFixture queue, QueueChange change, QueueFilter filter)
    {
        var changed = new List<long>();
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        await foreach (var batch in steering.ChangeAsync(change, filter, long.MaxValue, queue.Services.Log, default)) changed.AddRange(batch);
        return changed;
    }

    private static async Task<List<QueuedMessage>> ListAsync(QueueFixture queue)
    {
        var all = new List<QueuedMessage>();
        await foreach (var message in queue.Memory.ListAsync(QueueFilter.All, default)) all.Add(message);
        return all;
    }
}
