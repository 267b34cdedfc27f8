using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>What must be free before a message is accepted.</summary>
public sealed class QueueSpaceTests : IDisposable
{
    private static readonly StoreRoom Plenty = new(TakesMail: true, Reusable: 0);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void With_room_a_message_may_come() => Refuse("0", "10240000", 0).ShouldBeNull();

    [Fact]
    public void Below_the_minimum_none_may_come() => Refuse("1000000000000000000", "10240000", 0)!.ShouldMatch("^not enough free space in mail queue: [0-9]+ bytes < minimum free limit$");

    [Fact]
    public void One_and_a_half_times_the_largest_message_must_be_free() =>
        Refuse("0", "1000000000000000000", 0)!.ShouldMatch("^not enough free space in mail queue: [0-9]+ bytes < 1.5\\*message size limit$");

    [Fact]
    public void Without_a_largest_message_it_is_the_announced_size_that_counts()
    {
        Refuse("0", "0", 1000).ShouldBeNull();
        Refuse("0", "0", 1000000000000000000).ShouldNotBeNull();
    }

    [Fact]
    public void A_queue_that_is_in_no_folder_here_has_no_limit() =>
        new QueueSpace(null, TimeProvider.System, () => Plenty).Refuse(ConfigSnapshot.With(("queue_minfree", "1000000000000000000")), 0)
            .ShouldBeNull();

    [Theory]
    [InlineData("0", "10240000", false)]
    [InlineData("15360000", "10240000", false)]
    [InlineData("15359999", "10240000", true)]
    [InlineData("1", "0", false)]
    public void A_minimum_that_does_not_leave_room_for_a_message_is_told(string minimum, string largest, bool isTold)
    {
        var fault = QueueSpace.Check(ConfigSnapshot.With(("queue_minfree", minimum), ("message_size_limit", largest)));
        (fault is not null).ShouldBe(isTold);
        if (isTold) fault!.Message.ShouldStartWith("queue_minfree(15359999) should be at least 1.5*message_size_limit(10240000)");
    }

    [Fact]
    public void A_store_that_keeps_its_room_for_results_takes_no_mail() =>
        Refuse("0", "0", 0, new(TakesMail: false, Reusable: long.MaxValue)).ShouldBe(
            "not enough free space in mail queue: what there is is kept for the results of deliveries");

    [Fact]
    public void What_is_free_within_the_store_counts()
    {
        Refuse("1000000000000000000", "0", 1000).ShouldNotBeNull();
        Refuse("1000000000000000000", "0", 1000, new(TakesMail: true, Reusable: 1000000000000000001)).ShouldBeNull();
        Refuse("0", "0", 1000, new(TakesMail: true, Reusable: long.MaxValue)).ShouldBeNull();
    }

    private string? Refuse(string minimum, string largest, long size, StoreRoom? room = null) =>
        new QueueSpace(_folder.Path, TimeProvider.System, () => room ?? Plenty)
        .Refuse(ConfigSnapshot.With(("queue_minfree", minimum), ("message_size_limit", largest)), size);
}
