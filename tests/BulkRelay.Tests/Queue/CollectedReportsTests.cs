using System.Collections.Concurrent;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

/// <summary>One message, one report, however many of its destinations fail.</summary>
public sealed class CollectedReportsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<ReportRequest> _reports = new();

    [Fact]
    public async Task A_thousand_destinations_that_fail_make_one_report()
    {
        await using var queue = Start(new QueueFixture());
        queue.Smtp.Answer = (request, _) => Task.FromResult(
            request.Entry.Message.IsReport ? FakeTransport.Delivered(request) : FakeTransport.Failed(request));
        var message = await queue.SubmitAsync([.. Enumerable.Range(0, 1000).Select(i => $"r@d{i}.test")]);
        await queue.UntilEmptyAsync(Second);
        var report = _reports.ShouldHaveSingleItem();
        report.Outcomes.Count.ShouldBe(1000);
        report.Content.ShouldNotBeNull();
        queue.Services.Statistics.Accepted.ShouldBe(2);
        queue.ReadLog().ShouldContain($"{message.QueueId}: removed\n");
    }

    [Fact]
    public async Task The_report_waits_for_what_is_under_way_and_not_for_what_is_late()
    {
        await using var queue = Start(new QueueFixture());
        var slow = new TaskCompletionSource<DeliveryOutcome>();
        DeliveryRequest? hanging = null;
        queue.Smtp.Answer = (request, _) => request.Entry.Destination.Nexthop switch
        {
            "slow.test" => Hang(request),
            "late.test" => Task.FromResult(FakeTransport.Deferred(request)),
            "example.org" => Task.FromResult(FakeTransport.Delivered(request)),
            _ => Task.FromResult(FakeTransport.Failed(request)),
        };
        await queue.SubmitAsync("a@bad.test", "b@slow.test", "c@late.test");
        await queue.UntilAsync(_ => queue.Services.Statistics.Bounced == 1 && hanging is not null, Second);
        for (var i = 0; i < 10; i++) await queue.UntilAsync(_ => true, Second);
        _reports.ShouldBeEmpty();

        slow.SetResult(FakeTransport.Failed(hanging!));
        await queue.UntilAsync(_ => !_reports.IsEmpty, Second);
        _reports.ShouldHaveSingleItem().Outcomes.Select(o => o.Recipient.Address).ShouldBe(["a@bad.test", "b@slow.test"]);
        (await DeliveryTests.RecipientsAsync(queue)).ShouldContain(r => r.Address == "c@late.test");

        Task<DeliveryOutcome> Hang(DeliveryRequest request)
        {
            hanging = request;
            return slow.Task;
        }
    }

    [Fact]
    public async Task A_delivery_that_does_not_end_delays_the_report_by_minutes_only()
    {
        await using var queue = Start(new QueueFixture());
        queue.Smtp.Answer = (request, _) => request.Entry.Destination.Nexthop switch
        {
            "slow.test" => new TaskCompletionSource<DeliveryOutcome>().Task,
            "example.org" => Task.FromResult(FakeTransport.Delivered(request)),
            _ => Task.FromResult(FakeTransport.Failed(request)),
        };
        await queue.SubmitAsync("a@bad.test", "b@slow.test");
        var began = queue.Time.GetUtcNow();
        await queue.UntilAsync(_ => !_reports.IsEmpty, TimeSpan.FromSeconds(10));
        // The clock of the test runs ahead of the threads that make the report: there is no upper bound.
        (queue.Time.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task What_failed_before_a_crash_is_reported_once_after_the_start_and_not_delivered_again()
    {
        var first = new QueueFixture();
        await using (Start(first))
        {
            first.Report = _ => throw new IOException("the process ends before the report is made");
            first.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Failed(request));
            await first.SubmitAsync("a@bad.test", "b@worse.test");
            await first.UntilAsync(_ => first.Services.Statistics.Bounced == 2);
            await first.SettleAsync();
        }
        await using var second = Start(new QueueFixture(first));
        await second.UntilEmptyAsync(Second);
        _reports.ShouldHaveSingleItem().Outcomes.Count.ShouldBe(2);
        second.Smtp.Order.Select(destination => destination.Nexthop).ShouldBe(["example.org"]);
    }

    private QueueFixture Start(QueueFixture queue)
    {
        queue.Report = request =>
        {
            _reports.Enqueue(request);
            return queue.ReportTo(request.Message);
        };
        return queue.Start();
    }
}
