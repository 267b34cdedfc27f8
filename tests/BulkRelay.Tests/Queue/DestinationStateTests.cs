using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class DestinationStateTests
{
    [Fact]
    public async Task A_record_that_nobody_has_taken_in_keeps_the_destination_from_stopping()
    {
        await using var queue = new QueueFixture().Start();
        var state = new DestinationState(new DestinationKey("smtp", "example.com"), queue.Services);
        state.IsAtRest.ShouldBeTrue();
        state.Record(0, new RecordedDelivery("4F2A1", HasLeft: false, queue.Time.GetUtcNow()));
        state.IsAtRest.ShouldBeFalse();
        state.TakeRecorded().ShouldHaveSingleItem();
        state.IsAtRest.ShouldBeTrue();
    }
}
