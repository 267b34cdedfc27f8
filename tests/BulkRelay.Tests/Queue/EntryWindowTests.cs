using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class EntryWindowTests : IDisposable
{
    private readonly QueueFixture _queue = new QueueFixture(
        ("qmgr_destination_active_limit", "8"), ("qmgr_message_active_limit", "20"), ("qmgr_message_recipient_limit", "20"),
        ("qmgr_message_recipient_minimum", "2")).Start();

    private readonly EntryWindow _window;
    private long _id;

    public EntryWindowTests() => _window = new EntryWindow(_queue.Services);

    [Fact]
    public void Fresh_mail_and_mail_from_the_store_each_have_half_the_room()
    {
        for (var i = 0; i < 4; i++) Add(isRead: false).ShouldBeTrue();
        Add(isRead: false).ShouldBeFalse();
        for (var i = 0; i < 4; i++) Add(isRead: true).ShouldBeTrue();
        Add(isRead: true).ShouldBeFalse();
        _window.Count.ShouldBe(8);
    }

    [Fact]
    public void What_is_under_delivery_takes_room_too()
    {
        Add(isRead: false, outstanding: 7).ShouldBeTrue();
        Add(isRead: false, outstanding: 7).ShouldBeFalse();
    }

    [Fact]
    public void An_entry_larger_than_the_window_comes_in_alone()
    {
        Add(isRead: false, recipients: 20).ShouldBeTrue();
        Add(isRead: false).ShouldBeFalse();
    }

    [Fact]
    public void The_memory_of_the_whole_queue_is_bounded_but_for_each_destinations_reserve()
    {
        _queue.Services.Active.TryTake(20, _queue.Services.Configuration.ActiveLimits, reserved: false).ShouldBeTrue();
        _window.Wanted(0).ShouldBe(2);
        Add(isRead: false).ShouldBeTrue();
        Add(isRead: false).ShouldBeTrue();
        Add(isRead: false).ShouldBeFalse();
        _window.Wanted(0).ShouldBe(0);
    }

    [Fact]
    public void The_store_is_read_when_its_share_has_run_down_to_a_quarter()
    {
        _window.Wanted(0).ShouldBe(4);
        Add(isRead: true);
        Add(isRead: true);
        _window.Wanted(0).ShouldBe(0);
        _window.Take();
        _window.Wanted(0).ShouldBe(3);
        _window.Wanted(6).ShouldBe(1);
    }

    [Fact]
    public void What_is_dropped_gives_its_room_and_its_claims_back_and_the_rest_keeps_its_order()
    {
        for (var i = 0; i < 4; i++) Add(isRead: false);
        _window.Drop(e => e.Message.Id is 2 or 3).ShouldBe(2);
        _queue.Services.ActiveEntries.ShouldBe(2);
        new[] { _window.Take().Message.Id, _window.Take().Message.Id }.ShouldBe([1L, 4L]);
    }

    [Fact]
    public void A_flow_that_has_most_of_the_room_makes_room_for_another_until_they_are_even()
    {
        for (var i = 0; i < 4; i++) Add(isRead: false, flow: "campaign").ShouldBeTrue();
        Add(isRead: false, flow: "reset").ShouldBeTrue();
        _window.TakeDisplaced().ShouldBeTrue();
        _window.TakeDisplaced().ShouldBeFalse();
        Add(isRead: false, flow: "reset").ShouldBeTrue();
        Add(isRead: false, flow: "reset").ShouldBeFalse();
        Add(isRead: false, flow: "campaign").ShouldBeFalse();
        _window.ByFlow().Values.ShouldBe([2, 2]);
        _queue.Services.ActiveEntries.ShouldBe(4);
        new[] { _window.Take(), _window.Take(), _window.Take(), _window.Take() }.Select(e => e.Message.Id).Order().ShouldBe([1L, 2L, 5L, 6L]);
    }

    [Fact]
    public void The_halves_for_fresh_mail_and_for_mail_of_the_store_make_room_each_for_its_own()
    {
        for (var i = 0; i < 4; i++) Add(isRead: true, flow: "backlog");
        for (var i = 0; i < 4; i++) Add(isRead: false, flow: "campaign");
        Add(isRead: false, flow: "reset").ShouldBeTrue();
        _window.ByFlow().Values.Order().ShouldBe([1, 3, 4]);
    }

    public void Dispose() => _queue.DisposeAsync().AsTask().Wait();

    private bool Add(bool isRead, int recipients = 1, int outstanding = 0, string flow = "")
    {
        var key = new DestinationKey("smtp", "example.com");
        var message = new MessageEnvelope { Id = ++_id, QueueId = "X", Arrived = default, Sender = "", Size = 1, Flow = flow };
        return _window.TryAdd(new QueueEntry(message, key,
            [.. Enumerable.Range(0, recipients).Select(n => new QueuedRecipient { Number = n, Address = "a@b.test", Destination = key, Due = default })]),
            isRead, outstanding);
    }
}
