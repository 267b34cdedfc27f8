using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public class QueueIdTests
{
    /// <summary>The clock of a machine without a battery, or a wrong one: ids are ids all the same.</summary>
    [Theory]
    [InlineData("1969-12-31T23:59:59.999999Z")]
    [InlineData("1966-12-01T12:00:00.25Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void An_id_of_any_time_can_be_read_back(string time)
    {
        var arrived = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var isLong in new[] { false, true })
        {
            var id = QueueId.Format(arrived, 0x5202, isLong);
            QueueId.TryGetMessageId(id, out var message).ShouldBeTrue(id);
            message.ShouldBe(0x5202);
        }
        QueueId.Format(arrived, 0x5202, longForm: false).Length.ShouldBe(9);
    }
}
