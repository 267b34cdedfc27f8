using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

/// <summary>A site that cannot be reached is left alone for a while, and its mail deferred as in Postfix, whatever waits for it.</summary>
public sealed class DeadDestinationTests
{
    private const string Trouble = "connect to mx.test[192.0.2.1]:25: Connection refused";
    private const string Suspended = $"delivery temporarily suspended: {Trouble}";

    /// <summary>
    /// How the clock goes on after a jump over many ticks: an actor that sets a timer while it jumps sets it too late, and the next tick
    /// mends that.
    /// </summary>
    private static readonly TimeSpan AfterJump = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_site_that_fails_a_cohort_is_dead_and_what_waits_in_memory_is_deferred_at_once()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 30; n++) await queue.SubmitAsync($"u{n}@example.com");
        var status = await UntilDeadAsync(queue);
        var destination = status.Destinations.Single();
        destination.Window.ShouldBe(0);
        destination.Suspension.ShouldBe(Suspended);
        destination.SuspendedUntil.ShouldBe(queue.Time.GetUtcNow() + TimeSpan.FromSeconds(300));
        var tried = queue.Smtp.Order.Count;
        tried.ShouldBeInRange(3, 5, "three failures in a row at the initial concurrency");
        var recipients = await DeliveryTests.RecipientsAsync(queue);
        recipients.ShouldAllBe(r => r.Attempts == 1 && r.Due >= queue.Time.GetUtcNow() + TimeSpan.FromSeconds(300));
        recipients.Count(r => r.Reason == Suspended && r.Status == new EnhancedStatus(4, 4, 1)).ShouldBe(30 - tried);
        recipients.Count(r => r.Reason == Trouble).ShouldBe(tried);

        // The service that says no is Postfix's retry service, whose program is error.
        var fresh = await queue.SubmitAsync("fresh@example.com");
        await queue.SettleAsync();
        queue.Smtp.Order.Count.ShouldBe(tried, "nobody asks the site again");
        queue.ReadLog().ShouldContain($"postfix/error[{Environment.ProcessId}]: {fresh.QueueId}: to=<fresh@example.com>, relay=none, "
            + $"delay=0, delays=0/0/0/0, dsn=4.4.1, status=deferred ({Suspended})\n");
    }

    [Fact]
    public async Task After_the_minimal_backoff_time_it_is_tried_again_and_its_mail_goes_when_it_is_due()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 30; n++) await queue.SubmitAsync($"u{n}@example.com");
        await UntilDeadAsync(queue);
        var tried = queue.Smtp.Order.Count;
        queue.Time.Advance(TimeSpan.FromSeconds(299));
        await UntilDeadAsync(queue);
        queue.Smtp.Order.Count.ShouldBe(tried);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        await queue.UntilEmptyAsync(step: TimeSpan.FromSeconds(1));
        queue.Smtp.Deliveries.Count.ShouldBe(30);
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
    }

    [Fact]
    public async Task A_long_queue_in_the_store_stays_there_and_each_revival_tries_an_initial_concurrency_of_it()
    {
        await using var queue = new QueueFixture(("qmgr_destination_active_limit", "20")).Start();
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 400; n++) await queue.SubmitAsync($"u{n}@example.com");
        await UntilDeadAsync(queue);
        for (var revival = 0; revival < 10; revival++)
        {
            var (tried, touched) = (queue.Smtp.Order.Count, await TouchedAsync());
            queue.Time.Advance(TimeSpan.FromSeconds(300));
            await UntilDeadAsync(queue, AfterJump);
            (queue.Smtp.Order.Count - tried).ShouldBeInRange(1, 5);
            // As much again may have been read while the probes failed one by one.
            (await TouchedAsync() - touched).ShouldBeInRange(0, 10, "the others are still due and untouched");
        }
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        queue.Time.Advance(TimeSpan.FromSeconds(300));
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count >= 300, step: TimeSpan.FromMilliseconds(100));

        async Task<int> TouchedAsync() => (await DeliveryTests.RecipientsAsync(queue)).Count(r => r.Attempts > 0);
    }

    [Fact]
    public async Task A_delivery_that_is_still_under_way_revives_the_site_when_it_succeeds()
    {
        await using var queue = new QueueFixture().Start();
        var gate = new TaskCompletionSource();
        var began = 0;
        queue.Smtp.Answer = async (request, cancel) =>
        {
            if (Interlocked.Increment(ref began) > 1) return await Refuse(request, cancel);
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        await queue.SubmitAsync("slow@example.com");
        await queue.Smtp.NextRequestAsync();
        for (var n = 0; n < 10; n++) await queue.SubmitAsync($"u{n}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { Suspension: not null, InFlight: 1, Queued: 0, Unrecorded: 1 }));
        gate.SetResult();
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { Suspension: null, Window: 1, InFlight: 0 }));
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        await queue.SubmitAsync("next@example.com");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 2);
    }

    [Fact]
    public async Task Refusals_of_mail_are_no_trouble_with_the_site()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        for (var n = 0; n < 100; n++) await queue.SubmitAsync($"u{n}@example.com");
        var status = await queue.SettleAsync();
        queue.Smtp.Order.Count.ShouldBe(100);
        status.Destinations.Single().Suspension.ShouldBeNull();
        status.Destinations.Single().Window.ShouldBeGreaterThanOrEqualTo(5);
    }

    [Fact]
    public async Task A_flush_tries_a_dead_destination_at_once()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 10; n++) await queue.SubmitAsync($"u{n}@example.com");
        await UntilDeadAsync(queue);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        queue.Queue.Tell(new FlushDestination(new DestinationKey("smtp", "example.com")));
        await queue.SubmitAsync("fresh@example.com");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1);
    }

    [Fact]
    public async Task Mail_that_grows_too_old_is_returned_although_nobody_asks_the_site()
    {
        await using var queue = new QueueFixture(("maximal_queue_lifetime", "1d"), ("qmgr_destination_active_limit", "20")).Start();
        var (returned, tried) = (0, 0);
        queue.Report = request =>
        {
            request.Outcomes.Single().Reason.ShouldBeOneOf(Suspended, Trouble);
            Interlocked.Increment(ref returned);
            return [];
        };
        queue.Smtp.Answer = (request, cancel) =>
        {
            Interlocked.Increment(ref tried);
            return Refuse(request, cancel);
        };
        for (var n = 0; n < 1200; n++) await queue.SubmitAsync($"u{n}@example.com");
        await UntilDeadAsync(queue);
        queue.Time.Advance(TimeSpan.FromHours(23));
        await UntilDeadAsync(queue, AfterJump);
        await queue.SubmitAsync("young@example.com");
        returned.ShouldBe(0);
        var (start, triedBefore) = (queue.Time.GetUtcNow(), Volatile.Read(ref tried));
        queue.Time.Advance(TimeSpan.FromMinutes(61));
        await queue.UntilAsync(_ => Volatile.Read(ref returned) == 1200, step: TimeSpan.FromMilliseconds(500));
        var revivals = 1 + (int)((queue.Time.GetUtcNow() - start) / TimeSpan.FromSeconds(300));
        (Volatile.Read(ref tried) - triedBefore).ShouldBeLessThanOrEqualTo(5 * revivals, "an initial concurrency for each revival");
        await queue.UntilAsync(_ => queue.Memory.CountAsync(default).AtOnce() == 1); // the last report is made before its message leaves
        (await DeliveryTests.RecipientsAsync(queue)).Single().Address.ShouldBe("young@example.com");
    }

    [Fact]
    public async Task A_long_queue_that_routes_elsewhere_now_moves_without_a_probe()
    {
        await using var queue = new QueueFixture(("qmgr_destination_active_limit", "100")).Start();
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 500; n++) await queue.SubmitAsync($"u{n}@example.com");
        await UntilDeadAsync(queue);
        var tried = queue.Smtp.Order.Count;
        queue.Route = (_, _, _, _) => new(new Core.Queue.Routing.Route(new DestinationKey("relay", "[mx.test]:25")));
        queue.Time.Advance(TimeSpan.FromMinutes(6));
        var start = queue.Time.GetUtcNow();
        await queue.UntilEmptyAsync(step: TimeSpan.FromMilliseconds(50));
        queue.Relay.Deliveries.Count.ShouldBe(500);
        queue.Smtp.Order.Count.ShouldBe(tried);
        (queue.Time.GetUtcNow() - start).ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Mail_that_the_operator_gives_up_is_returned_at_once()
    {
        await using var queue = new QueueFixture(("qmgr_destination_active_limit", "4")).Start();
        var returned = new System.Collections.Concurrent.ConcurrentQueue<string>();
        queue.Report = request =>
        {
            returned.Enqueue(request.Message.QueueId);
            return [];
        };
        queue.Smtp.Answer = Refuse;
        MessageEnvelope last = null!;
        for (var n = 0; n < 50; n++) last = await queue.SubmitAsync($"u{n}@example.com");
        await UntilDeadAsync(queue);
        var steering = new QueueSteering(queue.Store, queue.Time, queue.Services);
        var filter = new QueueFilter { QueueIds = [last.QueueId] };
        await foreach (var _ in steering.ChangeAsync(QueueChange.Expire, filter, long.MaxValue, queue.Services.Log, default)) continue;
        await queue.UntilAsync(_ => !returned.IsEmpty);
        returned.ShouldBe([last.QueueId]);
    }

    [Fact]
    public async Task Other_destinations_go_on()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, cancel) =>
            request.Entry.Destination.Nexthop == "dead.test" ? Refuse(request, cancel) : Task.FromResult(FakeTransport.Delivered(request));
        for (var n = 0; n < 10; n++) await queue.SubmitAsync($"u{n}@dead.test");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        await queue.SubmitAsync("a@alive.test");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1);
    }

    private static Task<QueueStatus> UntilDeadAsync(QueueFixture queue, TimeSpan step = default) => queue.UntilAsync(
        s => s.Destinations.Any(d => d is { Suspension: not null, InFlight: 0, Queued: 0, Unrecorded: 0, IsReading: false }), step);

    internal static Task<DeliveryOutcome> Refuse(DeliveryRequest request, CancellationToken cancel) => Task.FromResult(
        FakeTransport.Outcome(request, DeliveryAction.Deferred, "4.4.1", Trouble) with { SiteTrouble = Trouble, SiteStatus = new EnhancedStatus(4, 4, 1) });
}
