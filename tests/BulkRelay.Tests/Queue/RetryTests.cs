using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

public sealed class RetryTests
{
    [Fact]
    public async Task A_deferred_recipient_is_tried_again_exactly_when_it_is_due()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        var first = (await DeliveryTests.RecipientsAsync(queue)).Single();
        first.Attempts.ShouldBe(1);
        first.Reason.ShouldBe("host mx.test said: 450 busy");
        first.Status.ShouldBe(new EnhancedStatus(4, 2, 0));
        queue.Smtp.Order.Count.ShouldBe(1);

        // A destination that sleeps meanwhile is woken in time, not a moment too early.
        queue.Time.Advance(first.Due - queue.Time.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        await queue.SettleAsync();
        queue.Smtp.Order.Count.ShouldBe(1);
        queue.Time.Advance(TimeSpan.FromMilliseconds(2));
        await queue.UntilAsync(_ => queue.Smtp.Order.Count == 2);
        await queue.SettleAsync();
        (await DeliveryTests.RecipientsAsync(queue)).Single().Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Five_days_of_retries_end_in_a_report_that_is_delivered()
    {
        await using var queue = new QueueFixture().Start();
        queue.Report = request =>
        {
            request.Kind.ShouldBe(ReportKind.Failure);
            request.Outcomes.Single().Action.ShouldBe(DeliveryAction.Failed);
            request.Outcomes.Single().Status.ShouldBe(new EnhancedStatus(4, 2, 0));
            request.Outcomes.Single().Reason.ShouldBe("host mx.test said: 450 busy");
            request.Content.ShouldNotBeNull().Length.ShouldBe(request.Message.Size);
            return queue.ReportTo(request.Message);
        };
        var attempts = new List<TimeSpan>();
        DateTimeOffset arrived = default;
        queue.Smtp.Answer = (request, _) =>
        {
            if (request.Entry.Message.IsReport) return Task.FromResult(FakeTransport.Delivered(request));
            attempts.Add(queue.Time.GetUtcNow() - arrived);
            return Task.FromResult(FakeTransport.Deferred(request));
        };
        var message = await queue.SubmitAsync("a@example.com");
        arrived = message.Arrived;
        for (var step = 0; step < 5 * 24 * 12 + 24 && await queue.Memory.CountAsync(default) > 0; step++)
        {
            await queue.SettleAsync(step: TimeSpan.FromSeconds(1));
            queue.Time.Advance(TimeSpan.FromMinutes(5));
        }
        await queue.UntilEmptyAsync();
        await queue.SettleAsync();

        // 0, 300, 600, 1200, 2400 … seconds, then every 4000: the steps of the clock here, and the jitter, make it a little more.
        attempts.Count.ShouldBeInRange(95, 112);
        attempts[^1].ShouldBeGreaterThanOrEqualTo(TimeSpan.FromDays(5));
        attempts[^2].ShouldBeLessThan(TimeSpan.FromDays(5));
        queue.Services.Statistics.Expired.ShouldBe(1);
        queue.Services.Statistics.Delivered.ShouldBe(1);
        var log = queue.ReadLog();
        log.ShouldContain($"{message.QueueId}: from=<sender@example.org>, status=expired, returned to sender\n");
        log.ShouldContain($"/bounce[{Environment.ProcessId}]: {message.QueueId}: sender non-delivery notification: ");
        log.ShouldContain($"{message.QueueId}: removed\n");
    }

    [Fact]
    public async Task A_permanent_failure_is_reported_in_one_transaction_with_its_removal()
    {
        await using var queue = new QueueFixture().Start();
        IncomingMessage? report = null;
        queue.Report = request =>
        {
            request.Outcomes.Select(f => f.Recipient.Address).ShouldBe(["bad@example.com"]);
            var reports = queue.ReportTo(request.Message);
            report = reports[0].Message;
            return reports;
        };
        queue.Smtp.Answer = (request, _) => Task.FromResult(request.Entry.Message.IsReport ? FakeTransport.Deferred(request)
            : new DeliveryOutcome([.. request.Entry.Recipients.Select(r => r.Address == "bad@example.com"
                ? FakeTransport.Of(r, DeliveryAction.Failed, "5.1.1", "550 no such user")
                : FakeTransport.Of(r, DeliveryAction.Delivered, "2.0.0", "250 ok"))]));
        queue.Memory.HoldRecords = true;
        var message = await queue.SubmitAsync("good@example.com", "bad@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 0, Unrecorded: 2 }));
        report.ShouldNotBeNull();
        (await queue.Memory.CountAsync(default)).ShouldBe(1, "neither the removal nor the report is there before the commit");
        queue.Memory.HoldRecords = false;
        queue.Memory.WriteRecords();
        await queue.SettleAsync();
        var left = await DeliveryTests.RecipientsAsync(queue);
        left.Single().Address.ShouldBe("sender@example.org");
        queue.Services.Statistics.Bounced.ShouldBe(1);
        queue.ReadLog().ShouldContain($"{message.QueueId}: sender non-delivery notification: {report!.Envelope.QueueId}\n");
    }

    [Fact]
    public async Task Mail_from_the_null_sender_that_nobody_is_told_of_leaves_without_a_report()
    {
        await using var queue = new QueueFixture(("bounce_queue_lifetime", "0")).Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        await queue.SubmitAsync(queue.Message("", "a@example.com"));
        await queue.UntilEmptyAsync();
        await queue.SettleAsync();
        queue.Services.Statistics.Accepted.ShouldBe(1);
        var log = queue.ReadLog();
        log.ShouldContain("from=<>, status=expired, returned to sender\n");
        log.ShouldNotContain("notification");
    }

    [Fact]
    public async Task A_failure_that_cannot_be_reported_is_not_forgotten()
    {
        await using var queue = new QueueFixture().Start();
        queue.Report = _ => throw new InvalidOperationException("bug");
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Failed(request));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        (await DeliveryTests.RecipientsAsync(queue)).ShouldBeEmpty("it is not tried again");
        (await queue.Memory.CountAsync(default)).ShouldBe(1);
        queue.Report = request => queue.ReportTo(request.Message);
        await queue.UntilAsync(_ => queue.Services.Statistics.Accepted >= 2, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_deferral_that_is_recorded_while_a_read_is_under_way_is_not_forgotten()
    {
        var memory = new InMemoryQueueStore();
        var store = new SlowQueueStore(memory, new Chance(1)) { FailingReads = 0 };
        await using var queue = new QueueFixture(memory, store).Start();
        var known = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        store.BeforeNextDue = () =>
        {
            known.TrySetResult();
            return answer.Task;
        };
        var delivery = new TaskCompletionSource<DeliveryOutcome>();
        queue.Smtp.Answer = (_, _) => delivery.Task;
        await queue.SubmitAsync("a@example.com");
        var request = await queue.Smtp.NextRequestAsync();

        // The read has seen the store before the delivery ends, and answers after the result is recorded.
        queue.Queue.Tell(new DestinationDue(new DestinationKey("smtp", "example.com"), queue.Time.GetUtcNow()));
        await known.Task.WaitAsync(TestProbe.Patience);
        delivery.SetResult(FakeTransport.Deferred(request));
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { InFlight: 0, Unrecorded: 0, IsReading: true }));
        answer.SetResult();
        store.BeforeNextDue = () => Task.CompletedTask;
        queue.Smtp.Answer = (again, _) => Task.FromResult(FakeTransport.Delivered(again));
        await queue.UntilAsync(s => s.Destinations.Any(d => !d.IsReading));
        await queue.UntilEmptyAsync(step: TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_delivery_in_doubt_is_counted_logged_and_tried_again()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(
            FakeTransport.Outcome(request, DeliveryAction.InDoubt, "4.4.2", "lost connection with mx.test[192.0.2.1] while sending end of data"));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        (await DeliveryTests.RecipientsAsync(queue)).Single().Due.ShouldBeGreaterThan(queue.Time.GetUtcNow());
        (await DeliveryTests.RecipientsAsync(queue)).Single().InDoubt.ShouldBe(1);
        queue.Services.Statistics.InDoubt.ShouldBe(1);
        queue.ReadLog().ShouldContain("dsn=4.4.2, status=deferred (lost connection with mx.test[192.0.2.1] while sending end of data"
            + " -- message may be sent more than once)\n");
    }

    [Theory]
    [InlineData("1", 2)]
    [InlineData("0", 1)]
    [InlineData("3", 4)]
    public async Task Mail_that_is_in_doubt_again_and_again_is_held_after_so_many_retries(string retries, int copies)
    {
        await using var queue = new QueueFixture(("in_doubt_retries", retries)).Start();
        queue.Smtp.Answer = (request, _) =>
            Task.FromResult(FakeTransport.Outcome(request, DeliveryAction.InDoubt, "4.4.2", "lost connection"));
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(_ => IsHeld(queue), TimeSpan.FromMinutes(1));
        queue.Time.Advance(TimeSpan.FromDays(30));
        await queue.SettleAsync();
        queue.Smtp.Order.Count.ShouldBe(copies);
        (await DeliveryTests.RecipientsAsync(queue)).Single().ShouldSatisfyAllConditions(
            r => r.InDoubt.ShouldBe(copies), r => r.Reason.ShouldBe("lost connection -- message may be sent more than once"));
        queue.Services.Statistics.InDoubt.ShouldBe(copies);
        queue.ReadLog().ShouldContain(": placed on hold (in_doubt_retries)\n");
    }

    [Fact]
    public async Task The_doubts_of_a_message_are_counted_over_a_restart()
    {
        var first = new QueueFixture(("in_doubt_retries", "1"));
        await using (first.Start())
        {
            first.Smtp.Answer = (request, _) =>
                Task.FromResult(FakeTransport.Outcome(request, DeliveryAction.InDoubt, "4.4.2", "lost connection"));
            await first.SubmitAsync("a@example.com");
            await first.SettleAsync();
        }
        await using var second = new QueueFixture(first);
        second.Smtp.Answer = first.Smtp.Answer;
        second.Start();
        await second.UntilAsync(_ => IsHeld(second), TimeSpan.FromMinutes(1));
        second.Smtp.Order.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Mail_that_is_in_doubt_again_and_again_counts_as_delivered_where_the_operator_wants_that()
    {
        await using var queue = new QueueFixture(("in_doubt_final_action", "delivered")).Start();
        queue.Smtp.Answer = (request, _) =>
            Task.FromResult(FakeTransport.Outcome(request, DeliveryAction.InDoubt, "4.4.2", "lost connection -- message may be sent more than once"));
        await queue.SubmitAsync("a@example.com");
        await queue.UntilEmptyAsync(TimeSpan.FromMinutes(1));
        queue.Smtp.Order.Count.ShouldBe(2);
        queue.ReadLog().ShouldContain("dsn=2.0.0, status=sent (lost connection -- taken for delivered (in_doubt_final_action))\n");
    }

    [Fact]
    public async Task Only_what_is_in_doubt_counts()
    {
        await using var queue = new QueueFixture().Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Outcome(
            request, queue.Smtp.Order.Count == 2 ? DeliveryAction.InDoubt : DeliveryAction.Deferred, "4.4.2", "not now"));
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(_ => queue.Smtp.Order.Count >= 5, TimeSpan.FromMinutes(1));
        IsHeld(queue).ShouldBeFalse();
    }

    private static bool IsHeld(QueueFixture queue) =>
        queue.Memory.ListAsync(QueueFilter.All, default).SingleAsync().AtOnce().Envelope.IsHeld;

    [Fact]
    public async Task Mail_in_doubt_is_held_where_the_operator_wants_to_look_first()
    {
        await using var queue = new QueueFixture(("in_doubt_action", "hold")).Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(
            FakeTransport.Outcome(request, DeliveryAction.InDoubt, "4.4.2", "lost connection with mx.test[192.0.2.1] while sending end of data"));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        var message = await queue.Memory.ListAsync(QueueFilter.All, default).SingleAsync();
        message.Envelope.IsHeld.ShouldBeTrue();
        message.Recipients.Single().InDoubt.ShouldBe(1);
        queue.ReadLog().ShouldContain(": placed on hold (in_doubt_action)\n");
        queue.Time.Advance(TimeSpan.FromDays(30));
        await queue.SettleAsync();
        queue.Smtp.Order.Count.ShouldBe(1);
    }

    [Fact]
    public async Task With_soft_bounce_a_failure_is_a_deferral()
    {
        await using var queue = new QueueFixture(("soft_bounce", "yes")).Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Failed(request));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        (await DeliveryTests.RecipientsAsync(queue)).Single().Status.ShouldBe(new EnhancedStatus(4, 1, 1));
        queue.ReadLog().ShouldContain("dsn=4.1.1, status=SOFTBOUNCE (host mx.test said: 550 no such user)\n");
    }
}
