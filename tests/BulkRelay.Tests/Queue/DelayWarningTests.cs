using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

/// <summary><c>delay_warning_time</c> and <c>confirm_delay_cleared</c>.</summary>
public sealed class DelayWarningTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private static readonly (string, string)[] FourHours = [("delay_warning_time", "4h"), ("confirm_delay_cleared", "yes")];

    [Fact]
    public async Task Five_days_of_retries_have_one_warning_and_exact_times()
    {
        await using var queue = new QueueFixture(FourHours).Start();
        var reports = Collect(queue);
        var attempts = new List<DateTimeOffset>();
        queue.Smtp.Answer = (request, _) =>
        {
            attempts.Add(queue.Time.GetUtcNow());
            return Task.FromResult(FakeTransport.Deferred(request));
        };
        var message = await queue.SubmitAsync("a@example.com");
        var due = new List<DateTimeOffset> { message.Arrived };
        while (true)
        {
            // The clock stands until the attempt has begun: it is the time of that which is looked at.
            await queue.UntilAsync(_ => attempts.Count == due.Count);
            await queue.SettleAsync(Tick);
            if (await queue.Memory.CountAsync(default) == 0) break;
            due.Add((await DeliveryTests.RecipientsAsync(queue)).Single().Due);
            // The destination has gone to sleep before the clock jumps: a timer that is set meanwhile would be late by the jump.
            await queue.UntilAsync(_ => queue.Services.Destinations.IsEmpty, TimeSpan.FromSeconds(1));
            await queue.StatusAsync();
            // A timer may be a millisecond late, never early.
            queue.Time.Advance(due[^1] - queue.Time.GetUtcNow() + Tick);
        }

        for (var i = 0; i < due.Count; i++) attempts[i].ShouldBeInRange(due[i], due[i].AddSeconds(0.1), "each attempt is made when it is due");
        for (var i = 1; i < attempts.Count; i++)
        {
            var wait = Math.Clamp((attempts[i - 1] - message.Arrived).TotalSeconds, 300, 4000);
            (attempts[i] - attempts[i - 1]).TotalSeconds.ShouldBeInRange(wait, wait * 17 / 16 + 1);
        }
        attempts[^1].ShouldBeGreaterThanOrEqualTo(message.Arrived.AddDays(5));
        attempts[^2].ShouldBeLessThan(message.Arrived.AddDays(5));

        reports.Select(r => r.Kind).ShouldBe([ReportKind.Delay, ReportKind.Failure]);
        var late = attempts.First(a => a >= message.Arrived.AddHours(4).AddSeconds(-1));
        ShouldBeOf(reports[0], late, "the first attempt that fails when it is time");
        reports[0].Outcomes.Single().Reason.ShouldBe("host mx.test said: 450 busy");
        ShouldBeOf(reports[1], attempts[^1], "the last attempt");

        // The clock ticks on between the attempt and its report, as often as a status is asked for meanwhile.
        static void ShouldBeOf(ReportRequest report, DateTimeOffset attempt, string which) =>
            report.Now.ShouldBeInRange(attempt, attempt.AddSeconds(30), which);
    }

    [Fact]
    public async Task A_warning_names_all_recipients_that_are_late_wherever_they_wait_and_comes_once()
    {
        await using var queue = new QueueFixture(FourHours).Start();
        var reports = Collect(queue);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        await queue.SubmitAsync("a@one.example", "b@two.example", "c@three.example");
        await PassAsync(queue, TimeSpan.FromHours(10));

        var warning = reports.ShouldHaveSingleItem();
        warning.Kind.ShouldBe(ReportKind.Delay);
        warning.Outcomes.Select(o => o.Recipient.Address).Order().ShouldBe(["a@one.example", "b@two.example", "c@three.example"]);
        warning.Outcomes.ShouldAllBe(o => o.Reason == "host mx.test said: 450 busy" && o.Action == DeliveryAction.Deferred);
    }

    [Fact]
    public async Task A_sender_who_was_warned_gets_the_all_clear()
    {
        await using var queue = new QueueFixture(FourHours).Start();
        var reports = Collect(queue);
        var isReady = false;
        queue.Smtp.Answer = (request, _) => Task.FromResult(isReady ? RelayedWithDsn(request) : FakeTransport.Deferred(request));
        await queue.SubmitAsync("a@example.com");
        await PassAsync(queue, TimeSpan.FromHours(6));
        isReady = true;
        await PassAsync(queue, TimeSpan.FromHours(2));

        reports.Select(r => r.Kind).ShouldBe([ReportKind.Delay, ReportKind.Success]);
        reports[1].Outcomes.Single().Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Fact]
    public async Task Without_a_warning_there_is_no_all_clear()
    {
        await using var queue = new QueueFixture(FourHours).Start();
        var reports = Collect(queue);
        var isReady = false;
        queue.Smtp.Answer = (request, _) => Task.FromResult(isReady ? RelayedWithDsn(request) : FakeTransport.Deferred(request));
        await queue.SubmitAsync("a@example.com");
        await queue.SettleAsync();
        isReady = true;
        await PassAsync(queue, TimeSpan.FromHours(2));
        (await queue.Memory.CountAsync(default)).ShouldBe(0);
        reports.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobody_is_warned_unless_a_time_is_set()
    {
        await using var queue = new QueueFixture().Start();
        var reports = Collect(queue);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        var message = await queue.SubmitAsync("a@example.com");
        await PassAsync(queue, TimeSpan.FromHours(20));
        reports.ShouldBeEmpty();
        (await queue.Memory.FindAsync(message.QueueId, default))!.Envelope.WarnAt.ShouldBeNull();
    }

    [Fact]
    public async Task The_null_sender_is_never_warned()
    {
        await using var queue = new QueueFixture(FourHours).Start();
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        var report = await queue.SubmitAsync(queue.Message("", "a@example.com"));
        await queue.SettleAsync();
        (await queue.Memory.FindAsync(report.QueueId, default))!.Envelope.WarnAt.ShouldBeNull();
    }

    [Fact]
    public async Task An_operator_who_expires_a_message_has_it_returned_at_the_next_failure()
    {
        await using var queue = new QueueFixture().Start();
        var reports = Collect(queue);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Deferred(request));
        var message = queue.Message("sender@example.org", "a@example.com");
        await queue.SubmitAsync(message with { Envelope = message.Envelope with { IsExpired = true } });
        await queue.UntilEmptyAsync();
        reports.ShouldHaveSingleItem().Kind.ShouldBe(ReportKind.Failure);
        queue.ReadLog().ShouldContain($"{message.Envelope.QueueId}: from=<sender@example.org>, status=force-expired, returned to sender\n");
    }

    /// <summary>Lets time pass as fast as the queue can follow.</summary>
    private static async Task PassAsync(QueueFixture queue, TimeSpan time)
    {
        for (var end = queue.Time.GetUtcNow() + time; queue.Time.GetUtcNow() < end; queue.Time.Advance(TimeSpan.FromMinutes(30))) await queue.SettleAsync(Tick);
        await queue.SettleAsync(Tick);
    }

    private static DeliveryOutcome RelayedWithDsn(DeliveryRequest request) => new([.. FakeTransport.Delivered(request).Recipients
        .Select(r => r with { IsRelayed = true, HopSendsReports = true })]);

    private static List<ReportRequest> Collect(QueueFixture queue)
    {
        var reports = new List<ReportRequest>();
        queue.Report = request =>
        {
            lock (reports) reports.Add(request);
            return [];
        };
        return reports;
    }
}
