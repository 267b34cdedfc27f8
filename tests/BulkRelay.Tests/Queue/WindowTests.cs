using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Queue;

/// <summary>What is in memory, what stays in the store, and how mail gets from one to the other.</summary>
public sealed class WindowTests
{
    [Fact]
    public async Task Beyond_its_window_a_destination_keeps_mail_in_the_store_and_reads_on()
    {
        await using var queue = new QueueFixture(("qmgr_destination_active_limit", "10")).Start();
        var gate = new TaskCompletionSource();
        queue.Smtp.Answer = async (request, _) =>
        {
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 100; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 5, Queued: 5 }));
        queue.Services.ActiveEntries.ShouldBe(10);
        gate.SetResult();
        await queue.UntilEmptyAsync(step: TimeSpan.FromMilliseconds(100));
        queue.Smtp.Deliveries.Count.ShouldBe(100);
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
    }

    [Fact]
    public async Task A_destination_gets_its_reserve_even_when_others_fill_the_memory()
    {
        await using var queue = new QueueFixture(("qmgr_message_active_limit", "20"), ("qmgr_message_recipient_minimum", "2")).Start();
        var gate = new TaskCompletionSource();
        queue.Smtp.Answer = async (request, _) =>
        {
            if (request.Entry.Destination.Nexthop == "slow.test") await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 50; i++) await queue.SubmitAsync($"u{i}@slow.test");
        await queue.UntilAsync(_ => queue.Services.ActiveEntries == 20);
        for (var i = 0; i < 10; i++) await queue.SubmitAsync($"u{i}@other.test");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 10, step: TimeSpan.FromMilliseconds(100));
        gate.SetResult();
        await queue.UntilEmptyAsync(step: TimeSpan.FromMilliseconds(100));
        queue.Smtp.Deliveries.Count.ShouldBe(60);
    }

    [Fact]
    public async Task A_destination_with_nothing_to_do_stops_and_starts_again_for_new_mail()
    {
        await using var queue = new QueueFixture().Start();
        await queue.SubmitAsync("a@example.com");
        await queue.UntilEmptyAsync();
        for (var i = 0; i < 6; i++)
        {
            await queue.SettleAsync();
            queue.Time.Advance(TimeSpan.FromSeconds(5));
        }
        await queue.UntilAsync(s => s.Destinations.Count == 0 && queue.Services.Destinations.IsEmpty);
        await queue.SubmitAsync("b@example.com");
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Mail_handed_over_while_a_destination_stops_is_neither_lost_nor_doubled()
    {
        await using var queue = new QueueFixture().Start();
        for (var round = 0; round < 60; round++)
        {
            var submitted = Task.Run(() => queue.SubmitAsync($"u{round}@example.com"));
            queue.Time.Advance(TimeSpan.FromSeconds(5));
            await submitted;
        }
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(60);
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
    }

    [Fact]
    public async Task After_a_restart_the_store_tells_what_is_to_be_done()
    {
        var old = new QueueFixture().Start();
        old.Smtp.Answer = async (request, cancel) =>
        {
            if (request.Entry.Destination.Nexthop != "deferred.test") await Task.Delay(Timeout.Infinite, cancel);
            return FakeTransport.Deferred(request);
        };
        for (var i = 0; i < 20; i++) await old.SubmitAsync($"u{i}@example.com");
        var deferred = await old.SubmitAsync("a@deferred.test");
        await old.UntilAsync(s => s.Destinations.Any(d => d.InFlight == 5) && s.Destinations.Any(d => d.NextDue > old.Time.GetUtcNow()));
        await old.DisposeAsync();

        await using var queue = new QueueFixture(old).Start();
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 20);
        await queue.SettleAsync();
        queue.Smtp.Deliveries.ContainsKey((deferred.Id, 0)).ShouldBeFalse("it is not due yet");
        queue.Time.Advance(TimeSpan.FromMinutes(6));
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
    }

    [Fact]
    public async Task Mail_that_routes_elsewhere_now_is_moved_with_its_attempts_and_delivered_there_once()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        var message = await queue.SubmitAsync("stays@example.com", "moves@example.com");
        await queue.SettleAsync();
        queue.Route = (recipient, _, _, _) => new(new Route(recipient.StartsWith('m')
            ? new DestinationKey("relay", "[mx.test]:25") : new DestinationKey("smtp", "example.com")));
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        int? attempts = null;
        queue.Relay.Answer = (request, _) =>
        {
            attempts = request.Entry.Recipients.Single().Attempts;
            return Task.FromResult(FakeTransport.Delivered(request));
        };
        queue.Time.Advance(TimeSpan.FromMinutes(6));
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.ShouldBe([new((message.Id, 0), 1)]);
        queue.Relay.Deliveries.ShouldBe([new((message.Id, 1), 1)]);
        attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_reload_routes_the_mail_in_memory_anew()
    {
        await using var queue = new QueueFixture().Start();
        queue.Memory.IsHealthy = false;
        for (var i = 0; i < 10; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Queued == 10));
        queue.Route = (_, _, _, _) => new(new Route(new DestinationKey("relay", "[mx.test]:25")));
        queue.Services.Configuration = queue.Configure(("relay_destination_concurrency_limit", "2"));
        queue.Queue.Tell(Reconfigured.Instance);
        queue.Memory.IsHealthy = true;
        await queue.UntilEmptyAsync(step: TimeSpan.FromSeconds(1));
        queue.Smtp.Order.ShouldBeEmpty();
        queue.Relay.Deliveries.Count.ShouldBe(10);
        queue.Relay.MostInAll.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_message_that_was_deleted_is_dropped_from_memory()
    {
        await using var queue = new QueueFixture().Start();
        queue.Memory.IsHealthy = false;
        var deleted = await queue.SubmitAsync("a@example.com");
        await queue.SubmitAsync("b@example.com");
        (await queue.Memory.ChangeAsync(QueueChange.Delete, [deleted.Id], queue.Time.GetUtcNow(), default)).Messages.ShouldBe([deleted.Id]);
        queue.Queue.Tell(new MessagesRecalled(new HashSet<long> { deleted.Id }));
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Queued == 1));
        queue.Memory.IsHealthy = true;
        queue.Time.Advance(TimeSpan.FromSeconds(1));
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Keys.ShouldNotContain((deleted.Id, 0));
    }

    [Fact]
    public async Task A_drain_lets_what_is_under_way_end_and_starts_nothing_more()
    {
        await using var queue = new QueueFixture().Start();
        var gate = new TaskCompletionSource();
        queue.Smtp.Answer = async (request, _) =>
        {
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 20; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight == 5));
        var drained = queue.Queue.Ask<Drained>(Drain.Instance);
        await queue.SubmitAsync("late@example.com");
        await queue.StatusAsync();
        drained.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await drained.WaitAsync(TestKit.TestProbe.Patience);
        queue.Smtp.Deliveries.Count.ShouldBe(5);
        (await queue.Memory.CountAsync(default)).ShouldBe(16);
    }
}
