using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Queue;

/// <summary>Which attempts a sender hears of (RFC 3461 sections 4.1 and 5.2.2, sendmail -v).</summary>
public sealed class ReportPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly MessageEnvelope Message = new() { Id = 1, QueueId = "A1", Arrived = Now, Sender = "app@example.net", Size = 1 };

    [Theory]
    [InlineData("", false, false)]
    [InlineData("NEVER", false, false)]
    [InlineData("FAILURE,DELAY", false, false)]
    [InlineData("SUCCESS", false, true)]
    [InlineData("FAILURE,SUCCESS", false, true)]
    [InlineData("SUCCESS", true, false)]
    public void A_success_is_told_where_it_is_asked_for_and_the_next_hop_does_not_tell_it(string notify, bool hopTells, bool isTold) =>
        Kinds(Message, Delivered(notify) with { HopSendsReports = hopTells }).ShouldBe(isTold ? [ReportKind.Success] : []);

    [Theory]
    [InlineData("", true)]
    [InlineData("DELAY", true)]
    [InlineData("FAILURE", false)]
    [InlineData("NEVER", false)]
    public void The_all_clear_goes_to_those_who_were_warned(string notify, bool isTold) =>
        Kinds(Message with { IsWarned = true }, Delivered(notify) with { HopSendsReports = true }).ShouldBe(isTold ? [ReportKind.Success] : []);

    [Fact]
    public void A_delivery_that_nobody_is_told_of_costs_nothing()
    {
        var outcome = new DeliveryOutcome([Delivered(""), Delivered("FAILURE")]);
        Plan(outcome);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Plan(outcome);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void A_trace_shows_the_first_attempt_of_each_recipient_instead_of_a_success_report()
    {
        var traced = Message with { Trace = DeliveryTrace.Record };
        var again = Delivered("");
        again = again with { Recipient = again.Recipient with { Attempts = 1 } };
        var request = ReportPlan.ForDelivered(traced, new DeliveryOutcome([Delivered("SUCCESS"), again]), confirmsCleared: true, Now).ShouldHaveSingleItem();
        request.Kind.ShouldBe(ReportKind.Trace);
        request.Outcomes.ShouldHaveSingleItem();

        var plan = new ReportPlan(traced, confirmsCleared: false);
        plan.Failed(Delivered("") with { Action = DeliveryAction.Failed });
        plan.Deferred(Delivered("") with { Action = DeliveryAction.Deferred });
        plan.Delivered(Delivered(""));
        var requests = plan.Requests(Now);
        requests.Select(r => r.Kind).ShouldBe([ReportKind.Failure, ReportKind.Trace]);
        requests[1].Outcomes.Select(o => o.Action).ShouldBe([DeliveryAction.Failed, DeliveryAction.Deferred, DeliveryAction.Delivered]);
    }

    private static IReadOnlyList<ReportRequest> Plan(DeliveryOutcome outcome) => ReportPlan.ForDelivered(Message, outcome, confirmsCleared: true, Now);

    private static IEnumerable<ReportKind> Kinds(MessageEnvelope message, RecipientOutcome outcome) =>
        ReportPlan.ForDelivered(message, new DeliveryOutcome([outcome]), confirmsCleared: true, Now).Select(r => r.Kind);

    private static RecipientOutcome Delivered(string notify) => new(
        new QueuedRecipient { Number = 0, Address = "a@example.com", Notify = notify, Destination = new DestinationKey("smtp", "example.com"), Due = Now },
        DeliveryAction.Delivered, new EnhancedStatus(2, 0, 0), "250 2.0.0 Ok");
}
