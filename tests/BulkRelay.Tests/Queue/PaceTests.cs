using System.Collections.Concurrent;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Tests.Queue;

/// <summary>Pauses between deliveries, transports that are closed, and limits that a reload changes.</summary>
public sealed class PaceTests
{
    [Fact]
    public async Task With_a_destination_rate_delay_deliveries_go_one_at_a_time_with_the_pause_after_each()
    {
        await using var queue = new QueueFixture(("smtp_destination_rate_delay", "10s")).Start();
        var began = new ConcurrentQueue<(string Nexthop, DateTimeOffset At)>();
        queue.Smtp.Answer = (request, _) =>
        {
            began.Enqueue((request.Entry.Destination.Nexthop, queue.Time.GetUtcNow()));
            return Task.FromResult(FakeTransport.Delivered(request));
        };
        for (var i = 0; i < 4; i++)
        {
            await queue.SubmitAsync($"u{i}@one.test");
            await queue.SubmitAsync($"u{i}@two.test");
        }
        await queue.UntilEmptyAsync(step: TimeSpan.FromMilliseconds(250));
        queue.Smtp.MostInFlight.Values.ShouldAllBe(n => n == 1);
        foreach (var site in began.GroupBy(b => b.Nexthop))
        {
            var times = site.Select(b => b.At).ToList();
            times.Count.ShouldBe(4);
            for (var i = 1; i < 4; i++) (times[i] - times[i - 1]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task The_pause_is_kept_when_the_destination_has_nothing_to_do_meanwhile()
    {
        await using var queue = new QueueFixture(("smtp_destination_rate_delay", "60s")).Start();
        await queue.SubmitAsync("a@example.com");
        await queue.UntilEmptyAsync();
        for (var i = 0; i < 6; i++)
        {
            await queue.SettleAsync();
            queue.Time.Advance(TimeSpan.FromSeconds(5));
        }
        await queue.SubmitAsync("b@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Queued == 1));
        queue.Smtp.Order.Count.ShouldBe(1);
        queue.Time.Advance(TimeSpan.FromSeconds(31));
        await queue.UntilAsync(_ => queue.Smtp.Order.Count == 2);
    }

    [Fact]
    public async Task With_a_rate_delay_a_failure_closes_the_destination_for_no_longer_than_that()
    {
        await using var queue = new QueueFixture(("smtp_destination_rate_delay", "10s")).Start();
        queue.Smtp.Answer = DeadDestinationTests.Refuse;
        await queue.SubmitAsync("a@example.com");
        var status = await queue.UntilAsync(s => s.Destinations.Any(d => d is { Suspension: not null, InFlight: 0 }));
        status.Destinations.Single().SuspendedUntil.ShouldBe(queue.Time.GetUtcNow() + TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_transport_rate_delay_goes_before_each_delivery_of_the_transport()
    {
        await using var queue = new QueueFixture(("smtp_transport_rate_delay", "20s")).Start();
        var began = new ConcurrentQueue<DateTimeOffset>();
        queue.Smtp.Answer = (request, _) =>
        {
            began.Enqueue(queue.Time.GetUtcNow());
            return Task.FromResult(FakeTransport.Delivered(request));
        };
        var start = queue.Time.GetUtcNow();
        foreach (var site in new[] { "one", "one", "two", "three", "three" }) await queue.SubmitAsync($"u@{site}.test");
        await queue.UntilEmptyAsync(step: TimeSpan.FromMilliseconds(500));
        var times = began.Order().ToList();
        times.Count.ShouldBe(5);
        for (var i = 0; i < 5; i++) times[i].ShouldBeGreaterThanOrEqualTo(start + (i + 1) * TimeSpan.FromSeconds(20));
        queue.Smtp.Order.Take(3).Select(d => d.Nexthop).Distinct().Count().ShouldBe(3, "it goes round the destinations");
    }

    [Fact]
    public async Task A_server_that_hangs_does_not_stop_a_transport_with_a_rate_delay()
    {
        await using var queue = new QueueFixture(("smtp_transport_rate_delay", "20s")).Start();
        queue.Smtp.Answer = async (request, cancel) =>
        {
            if (request.Entry.Destination.Nexthop == "hangs.test") await Task.Delay(Timeout.Infinite, cancel);
            return FakeTransport.Delivered(request);
        };
        await queue.SubmitAsync("u@hangs.test");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight == 1), step: TimeSpan.FromSeconds(1));
        await queue.SubmitAsync("u@other.test");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1, step: TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_deferred_transport_delivers_only_when_the_queue_is_flushed()
    {
        await using var queue = new QueueFixture(("defer_transports", "uucp, smtp")).Start();
        var first = await queue.SubmitAsync("a@example.com");
        await queue.SubmitAsync("b@example.com");
        await queue.SettleAsync();
        var waiting = await DeliveryTests.RecipientsAsync(queue);
        waiting.ShouldAllBe(r => r.Reason == "deferred transport" && r.Status.ToString() == "4.3.2" && r.Due > queue.Time.GetUtcNow());
        queue.Time.Advance(TimeSpan.FromHours(5));
        await queue.SettleAsync();
        queue.Smtp.Order.ShouldBeEmpty();
        await queue.UntilAsync(s => s.Destinations.Count == 1 && queue.Services.Destinations.IsEmpty, step: TimeSpan.FromSeconds(1));

        queue.Queue.Tell(FlushDestination.All);
        await queue.UntilEmptyAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(2);
        queue.Time.Advance(TimeSpan.FromMinutes(6));
        await queue.SubmitAsync("c@example.com");
        await queue.SettleAsync();
        queue.Smtp.Deliveries.Count.ShouldBe(2, "the flush is over");
        queue.ReadLog().ShouldContain($"postfix/error[{Environment.ProcessId}]: {first.QueueId}: to=<a@example.com>, relay=none, delay=0, "
            + "delays=0/0/0/0, dsn=4.3.2, status=deferred (deferred transport)\n");
    }

    [Fact]
    public async Task A_transport_that_makes_no_agents_is_left_alone_for_the_retry_time()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.IsBroken = true;
        await queue.SubmitAsync("a@one.test");
        await queue.SubmitAsync("b@two.test");
        await queue.SettleAsync();
        (await DeliveryTests.RecipientsAsync(queue)).ShouldAllBe(r => r.Reason == "mail transport unavailable" && r.Status.ToString() == "4.3.0");
        (await queue.StatusAsync()).Destinations.ShouldAllBe(d => d.Suspension == "mail transport unavailable");
        queue.Smtp.IsBroken = false;
        queue.Time.Advance(TimeSpan.FromSeconds(59));
        await queue.SubmitAsync("c@three.test");
        await queue.SettleAsync();
        queue.Smtp.Order.ShouldBeEmpty();
        queue.Time.Advance(TimeSpan.FromSeconds(2));
        await queue.SubmitAsync("d@one.test");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1);
        await queue.UntilEmptyAsync(step: TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_reload_changes_the_limits_of_destinations_that_are_at_work()
    {
        await using var queue = new QueueFixture(("default_destination_concurrency_limit", "8"), ("initial_destination_concurrency", "8")).Start();
        var gate = new SemaphoreSlim(0);
        // A delivery past the gate counts as under way until it has told its end, so the test asks for those that stand before it.
        var atGate = 0;
        queue.Smtp.Answer = async (request, cancel) =>
        {
            Interlocked.Increment(ref atGate);
            await gate.WaitAsync(cancel);
            Interlocked.Decrement(ref atGate);
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 60; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight == 8 && Volatile.Read(ref atGate) == 8));

        await ReconfigureAsync(("smtp_destination_concurrency_limit", "3"));
        gate.Release(6);
        await WaitAtGateAsync(3, delivered: 6);

        await ReconfigureAsync(("smtp_destination_concurrency_limit", "12"), ("smtp_initial_destination_concurrency", "12"));
        await WaitAtGateAsync(12, delivered: 6);

        await ReconfigureAsync(("smtp_destination_rate_delay", "30s"));
        gate.Release(100);
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 0, Window: 1 } && queue.Smtp.Deliveries.Count == 18));
        await ReconfigureAsync();
        await queue.UntilEmptyAsync(step: TimeSpan.FromMilliseconds(10));
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);

        Task WaitAtGateAsync(int count, int delivered) => queue.UntilAsync(
            s => s.Destinations.Any(d => d.InFlight == count && d.Window == count)
                && queue.Smtp.Deliveries.Count == delivered && Volatile.Read(ref atGate) == count,
            step: TimeSpan.FromMilliseconds(10));

        async Task ReconfigureAsync(params (string, string)[] settings)
        {
            queue.Services.Configuration = queue.Configure(settings);
            queue.Queue.Tell(Reconfigured.Instance);
            await queue.StatusAsync();
        }
    }

    [Fact]
    public async Task With_recipient_limit_1_each_recipient_has_a_concurrency_of_its_own()
    {
        await using var queue = new QueueFixture(("smtp_destination_recipient_limit", "1"), ("smtp_destination_concurrency_limit", "1")).Start();
        // As the router names it: local part without extension, and the nexthop.
        queue.Route = (recipient, _, _, _) => new(new Route(new DestinationKey("smtp", $"{recipient[..recipient.IndexOf('@')]}@mx.test")));
        var gate = new TaskCompletionSource();
        queue.Smtp.Answer = async (request, _) =>
        {
            await gate.Task;
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 3; i++) await queue.SubmitAsync("a@example.com", "b@example.com", "c@example.com");
        await queue.UntilAsync(s => s.Destinations.Count == 3 && s.Destinations.All(d => d is { InFlight: 1, Queued: 2 }));
        gate.SetResult();
        await queue.UntilEmptyAsync();
        queue.Smtp.MostInFlight.Count.ShouldBe(3);
        queue.Smtp.MostInFlight.Values.ShouldAllBe(n => n == 1);
        queue.Smtp.Order.Count.ShouldBe(9);
    }

    [Fact]
    public async Task Dead_and_hanging_destinations_do_not_take_the_slots_of_healthy_ones()
    {
        const int Healthy = 100;
        await using var queue = new QueueFixture { ProcessLimit = 10 }.Start();
        var healthy = new SemaphoreSlim(0);
        var hanging = 0;
        queue.Smtp.Answer = async (request, cancel) =>
        {
            switch (request.Entry.Destination.Nexthop)
            {
                case "refuses.test": return await DeadDestinationTests.Refuse(request, cancel);
                case "hangs.test" or "hangs2.test":
                    Interlocked.Increment(ref hanging);
                    await Task.Delay(Timeout.Infinite, cancel);
                    break;
                case "busy.test": return FakeTransport.Deferred(request);
                default: await healthy.WaitAsync(cancel); break;
            }
            return FakeTransport.Delivered(request);
        };
        // The bad ones come first and have plenty to do.
        foreach (var site in new[] { "hangs", "hangs2" })
            for (var i = 0; i < 4; i++) await queue.SubmitAsync($"u{i}@{site}.test");
        await queue.UntilAsync(_ => Volatile.Read(ref hanging) == 8);
        for (var i = 0; i < 20; i++)
            foreach (var site in new[] { "refuses", "busy", "hangs", "hangs2" }) await queue.SubmitAsync($"v{i}@{site}.test");
        for (var i = 0; i < Healthy; i++) await queue.SubmitAsync($"u@h{i}.test");

        // Two slots are left, and all healthy mail gets through them.
        for (var done = 0; done < Healthy; done++)
        {
            healthy.Release();
            var expected = done + 1;
            await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count >= expected);
        }
        Volatile.Read(ref hanging).ShouldBeLessThanOrEqualTo(10);
        queue.Smtp.MostInAll.ShouldBeLessThanOrEqualTo(10);
        queue.Smtp.Deliveries.Count.ShouldBe(Healthy);
    }
}
