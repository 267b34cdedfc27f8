using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

public abstract partial class QueueStoreContract
{
    [Fact]
    public async Task A_record_takes_the_done_and_changes_the_deferred()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon, recipients: 3));
        var deferred = new DeferredRecipient(1, Elsewhere, Noon.AddHours(1), 1, "busy", new EnhancedStatus(4, 2, 0)) { InDoubt = 1 };

        (await Store.RecordAsync(new DeliveryRecord(envelope.Id, [0], [deferred]))).ShouldBeFalse();

        var left = (await Store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull().Recipients;
        left.Select(recipient => recipient.Number).ShouldBe([1, 2]);
        left[0].ShouldBe(Recipient(1, Elsewhere, Noon.AddHours(1))
            with
        { Attempts = 1, Reason = "busy", Status = new EnhancedStatus(4, 2, 0), InDoubt = 1 });
        (await Store.NextDueAsync(Elsewhere, DateTimeOffset.MinValue, default)).ShouldBe(Noon.AddHours(1));
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBe(Noon);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_the_last_recipient_the_message_leaves(bool known)
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2));

        (await Store.RecordAsync(new DeliveryRecord(envelope.Id, [0, 1], []) { FinishesMessage = known })).ShouldBeTrue();

        (await Store.FindAsync(envelope.QueueId, default)).ShouldBeNull();
        (await Store.ReadContentAsync(envelope.Id, default)).ShouldBeNull();
        (await Store.ReadBacklogAsync(default)).ShouldBeEmpty();
        (await Store.CountAsync(default)).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_outcome_keeps_its_message_until_it_is_reported(bool othersLeft)
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon, recipients: othersLeft ? 2 : 1));
        var failed = Unreported(0, ReportKind.Failure);
        var record = new DeliveryRecord(envelope.Id, [0], []) { Unreported = [failed, Unreported(0, ReportKind.Trace)] };

        (await Store.RecordAsync(record)).ShouldBeFalse();
        (await Store.RecordAsync(record)).ShouldBeFalse("a record may be written twice");

        (await Store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull().Recipients.ShouldAllBe(r => r.Number == 1);
        (await Store.ReadContentAsync(envelope.Id, default)).ShouldNotBeNull();
        (await Store.CountAsync(default)).ShouldBe(1);
        (await Store.ReadUnreportedMessagesAsync(0, 10, default)).ShouldBe([envelope.Id]);
        (await Store.ReadUnreportedMessagesAsync(envelope.Id, 10, default)).ShouldBeEmpty();
        (await Store.ReadDueAsync(Example, Noon, 10, 0, default)).ShouldAllBe(entry => !entry.IsWholeMessage);
        (await Store.ReadUnreportedAsync(envelope.Id, Noon.AddTicks(-10), 10, default)).ShouldNotBeNull().HasDue.ShouldBeFalse();
        (await Store.ReadUnreportedAsync(envelope.Id, Noon, 1, default)).ShouldNotBeNull().Outcomes.Count.ShouldBe(1);
        var found = (await Store.ReadUnreportedAsync(envelope.Id, Noon, 10, default)).ShouldNotBeNull();
        found.Envelope.ShouldBe(envelope);
        found.HasDue.ShouldBe(othersLeft);
        found.Outcomes.ShouldBe([failed, Unreported(0, ReportKind.Trace)]);

        var report = Store.To(Elsewhere, Noon);
        var reported = new DeliveryRecord(envelope.Id, [], []) { Reported = found.Outcomes, Reports = [report] };
        (await Store.RecordAsync(reported)).ShouldBe(!othersLeft);
        (await Store.FindAsync(report.Envelope.QueueId, default)).ShouldNotBeNull();
        (await Store.ReadUnreportedMessagesAsync(0, 10, default)).ShouldBeEmpty();
        (await Store.ReadUnreportedAsync(envelope.Id, Noon, 10, default)).ShouldBeNull();
        (await Store.CountAsync(default)).ShouldBe(othersLeft ? 2 : 1);
    }

    [Fact]
    public async Task What_an_operator_deletes_is_not_reported()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2));
        var record = new DeliveryRecord(envelope.Id, [0], []) { Unreported = [Unreported(0, ReportKind.Failure)] };
        await Store.RecordAsync(record);

        (await Store.DeleteAsync(envelope.QueueId)).ShouldBeTrue();
        (await Store.RecordAsync(record)).ShouldBeTrue("of what is gone nothing is kept");

        (await Store.ReadUnreportedMessagesAsync(0, 10, default)).ShouldBeEmpty();
        (await Store.CountAsync(default)).ShouldBe(0);
    }

    private static UnreportedOutcome Unreported(int number, ReportKind kind) => new(kind, new RecipientOutcome(
        Recipient(number, new DestinationKey("", ""), Noon) with { Orcpt = "rfc822;x", Notify = "FAILURE" },
        DeliveryAction.Failed, new EnhancedStatus(5, 1, 1), "host mx said: 550 nö")
    {
        DiagnosticCode = "smtp; 550 nö",
        RemoteMta = "mx.example.com",
        Relay = "mx.example.com[192.0.2.1]:25",
        IsRelayed = true,
    });

    [Fact]
    public async Task A_report_is_queued_with_the_record_that_causes_it()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon));
        var report = Store.To(Elsewhere, Noon, content: "report\r\n");

        await Store.RecordAsync(new DeliveryRecord(envelope.Id, [0], []) { FinishesMessage = true, Reports = [report] });

        (await Store.FindAsync(report.Envelope.QueueId, default)).ShouldNotBeNull();
        (await Store.ReadContentAsync(report.Envelope.Id, default)).ShouldNotBeNull().ToArray().ShouldBe("report\r\n"u8.ToArray());
        (await Store.CountAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task Several_reports_are_queued_with_one_record()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon));
        NewMessage[] reports = [Store.To(Elsewhere, Noon), Store.To(Example, Noon)];

        await Store.RecordAsync(new DeliveryRecord(envelope.Id, [0], []) { Reports = reports });

        foreach (var report in reports) (await Store.FindAsync(report.Envelope.QueueId, default)).ShouldNotBeNull();
        (await Store.CountAsync(default)).ShouldBe(2);
    }

    [Fact]
    public async Task A_message_whose_sender_has_been_warned_says_so()
    {
        var late = Store.To(Example, Noon);
        late = late with { Envelope = late.Envelope with { WarnAt = Noon.AddHours(4), IsWarned = false } };
        var other = await Store.AddOkAsync(late with { Envelope = Store.To(Example, Noon).Envelope with { WarnAt = Noon } });
        await Store.AddOkAsync(late);

        await Store.RecordAsync(new DeliveryRecord(late.Envelope.Id, [], []) { MarksWarned = true });

        var found = (await Store.FindAsync(late.Envelope.QueueId, default)).ShouldNotBeNull();
        found.Envelope.ShouldBe(late.Envelope with { IsWarned = true });
        (await Store.FindAsync(other.QueueId, default)).ShouldNotBeNull().Envelope.ShouldBe(other, "another message is left alone");
    }

    [Fact]
    public async Task A_record_of_a_message_that_an_operator_deleted_changes_nothing()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon));
        (await Store.DeleteAsync(envelope.QueueId)).ShouldBeTrue();

        (await Store.RecordAsync(new DeliveryRecord(envelope.Id, [], [new(0, Example, Noon, 1, "x", default)]))).ShouldBeTrue();

        (await Store.CountAsync(default)).ShouldBe(0);
        (await Store.ReadBacklogAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_record_can_put_its_message_on_hold()
    {
        var envelope = await Store.AddOkAsync(Store.To(Example, Noon, recipients: 2));
        var deferred = new DeferredRecipient(0, Example, Noon.AddHours(1), 1, "in doubt", new EnhancedStatus(4, 4, 2)) { InDoubt = 1 };

        (await Store.RecordAsync(new DeliveryRecord(envelope.Id, [], [deferred]) { HoldsMessage = true })).ShouldBeFalse();

        (await Store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull().Envelope.IsHeld.ShouldBeTrue();
        (await Store.ReadDueAsync(Example, Noon.AddDays(1), 10, 0, default)).ShouldBeEmpty();
        (await Store.NextDueAsync(Example, DateTimeOffset.MinValue, default)).ShouldBeNull();
    }
}
