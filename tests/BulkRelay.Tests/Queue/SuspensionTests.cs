using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

/// <summary>A destination that cannot be reached at all is left alone for a while, whatever waits for it.</summary>
public sealed class SuspensionTests
{
    private const string Trouble = "connect to mx.test[192.0.2.1]:25: Connection refused";

    [Fact]
    public async Task A_site_that_fails_a_whole_window_in_a_row_is_left_alone_for_the_minimal_backoff_time()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 30; n++) await queue.SubmitAsync($"u{n}@example.com");
        var status = await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null && d.InFlight == 0));
        var destination = status.Destinations.Single();
        destination.Suspension.ShouldBe(Trouble);
        destination.SuspendedUntil.ShouldBe(queue.Time.GetUtcNow() + TimeSpan.FromSeconds(300));
        var tried = queue.Smtp.Order.Count;
        tried.ShouldBeInRange(5, 10, "the cohort that failed, and what began before its last failure was known");

        queue.Time.Advance(TimeSpan.FromSeconds(299));
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { Suspension: not null, InFlight: 0 }));
        queue.Smtp.Order.Count.ShouldBe(tried);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        queue.Time.Advance(TimeSpan.FromSeconds(2));
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count >= 30 - tried);
        await queue.UntilAsync(s => s.Destinations.All(d => d.Suspension is null));
    }

    [Fact]
    public async Task Other_destinations_go_on()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, cancel) => request.Entry.Destination.Nexthop == "dead.test" ? Refuse(request, cancel) : Task.FromResult(FakeTransport.Delivered(request));
        for (var n = 0; n < 10; n++) await queue.SubmitAsync($"u{n}@dead.test");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        await queue.SubmitAsync("a@alive.test");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1);
    }

    [Fact]
    public async Task Mail_that_grows_too_old_meanwhile_is_returned_with_the_reason()
    {
        await using var queue = new QueueFixture(("maximal_queue_lifetime", "100s"), ("bounce_queue_lifetime", "100s")).Start();
        var reasons = new List<string>();
        queue.Report = (_, failed, _, _) =>
        {
            lock (reasons) reasons.Add(failed.Single().Reason);
            return null;
        };
        queue.Smtp.Answer = Refuse;
        for (var n = 0; n < 20; n++) await queue.SubmitAsync($"u{n}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null && d.InFlight == 0));
        var tried = queue.Smtp.Order.Count;
        queue.Time.Advance(TimeSpan.FromSeconds(110));
        await queue.UntilAsync(_ => { lock (reasons) return reasons.Count == 20 - tried; });
        reasons.ShouldAllBe(reason => reason == $"delivery temporarily suspended: {Trouble}");
        queue.Smtp.Order.Count.ShouldBe(tried, "nobody asked the site again");
    }

    private static Task<DeliveryOutcome> Refuse(DeliveryRequest request, CancellationToken cancel) =>
        Task.FromResult(FakeTransport.Deferred(request, Trouble) with { SiteTrouble = Trouble });
}
