using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class DestinationStateTests
{
    [Fact]
    public async Task A_record_that_nobody_has_taken_in_keeps_the_destination_from_stopping()
    {
        await using var queue = new QueueFixture().Start();
        var state = new DestinationState(new DestinationKey("smtp", "example.com"), queue.Services);
        state.Unsettled.ShouldBe(0);
        state.Record(0, new RecordedDelivery("4F2A1", HasLeft: false, queue.Time.GetUtcNow()));
        state.Unsettled.ShouldBe(1);
        state.TakeRecorded().ShouldHaveSingleItem();
        state.Unsettled.ShouldBe(0);
    }
}
