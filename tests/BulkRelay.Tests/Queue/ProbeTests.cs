using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

/// <summary><c>sendmail -bv</c>: whatever comes of it, the sender is told and the message goes.</summary>
public sealed class ProbeTests
{
    [Fact]
    public async Task A_probe_is_reported_and_never_tried_again()
    {
        await using var queue = new QueueFixture().Start();
        var reports = new List<ReportRequest>();
        queue.Report = request =>
        {
            lock (reports) reports.Add(request);
            return [];
        };
        queue.Smtp.Answer = (request, _) => Task.FromResult(new DeliveryOutcome([.. request.Entry.Recipients.Select(r => r.Number switch
        {
            0 => FakeTransport.Of(r, DeliveryAction.Delivered, "2.1.5", "250 2.1.5 Ok"),
            1 => FakeTransport.Of(r, DeliveryAction.Failed, "5.1.1", "550 no such user"),
            _ => FakeTransport.Of(r, DeliveryAction.Deferred, "4.2.0", "450 busy"),
        })]));
        var message = queue.Message("app@example.net", "a@example.com", "b@example.com", "c@example.com");
        await queue.SubmitAsync(message with { Envelope = message.Envelope with { Trace = DeliveryTrace.Verify } });
        await queue.UntilEmptyAsync();

        var report = reports.ShouldHaveSingleItem();
        report.Kind.ShouldBe(ReportKind.Trace);
        report.Outcomes.Select(o => o.Action).ShouldBe([DeliveryAction.Delivered, DeliveryAction.Failed, DeliveryAction.Deferred]);
        queue.Services.Statistics.Delivered.ShouldBe(0);
        var log = queue.ReadLog();
        log.ShouldContain("dsn=2.1.5, status=deliverable (250 2.1.5 Ok)\n");
        log.ShouldContain("dsn=5.1.1, status=undeliverable (550 no such user)\n");
        log.ShouldContain("dsn=4.2.0, status=undeliverable (450 busy)\n");
    }
}
