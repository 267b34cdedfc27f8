using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

public sealed class DestinationStateTests
{
    [Fact]
    public async Task A_record_that_nobody_has_taken_in_keeps_the_destination_from_stopping()
    {
        await using var queue = new QueueFixture().Start();
        var state = new DestinationState(new DestinationKey("smtp", "example.com"), queue.Services);
        state.Outstanding.ShouldBe(0);
        var envelope = await queue.SubmitAsync("u@example.com");
        var actor = new TestProbe(queue.System);
        state.Actor = actor.Ref;
        state.Refuse(new QueueEntry(envelope, state.Key,
            [new QueuedRecipient { Number = 0, Address = "u@example.com", Destination = state.Key, Due = queue.Time.GetUtcNow() }]), Closure.Deferred);
        await actor.ExpectMsgAsync<DeliveriesRecorded>();
        state.Outstanding.ShouldBe(1);
        state.TakeRecorded().ShouldHaveSingleItem();
        state.Outstanding.ShouldBe(0);
    }

    [Fact]
    public async Task To_ask_why_a_site_is_left_alone_does_not_revive_it()
    {
        await using var queue = new QueueFixture().Start();
        var state = new DestinationState(new DestinationKey("smtp", "example.com"), queue.Services);
        for (var n = 0; n < 20 && state.Closure is null; n++) state.Pace.Fail(new EnhancedStatus(4, 4, 1), "connect: Connection refused");
        state.Closure.ShouldNotBeNull().Reason.ShouldBe("delivery temporarily suspended: connect: Connection refused");
        state.Pace.Window.ShouldBe(0);

        queue.Time.Advance(TimeSpan.FromSeconds(301));
        state.Closure.ShouldBeNull("its time is over");
        state.Pace.Window.ShouldBe(0, "nobody has acted on that yet");
        state.FindClosure().ShouldBeNull();
        state.Pace.Window.ShouldBeGreaterThan(0);
    }
}
