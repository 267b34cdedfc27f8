using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

public sealed class SlotLineTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("slots");
    private readonly ProcessSlots _slots = new(4);
    private readonly SlotLine _line;

    public SlotLineTests() => _line = new SlotLine(_slots);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public void First_come_first_served_as_long_as_there_are_slots()
    {
        var places = Enumerable.Range(0, 6).Select(_ => Join(Pace())).ToList();
        for (var i = 0; i < 4; i++) _line.TakeNext().ShouldBe(places[i]);
        _line.TakeNext().ShouldBeNull();
        _slots.Used.ShouldBe(4);
        _slots.Return();
        _line.TakeNext().ShouldBe(places[4]);
        _line.Count.ShouldBe(1);
    }

    [Fact]
    public void Who_holds_more_than_a_share_lets_others_go_first()
    {
        var greedy = Pace();
        greedy.Succeed();
        for (var i = 0; i < 2; i++) Begin(greedy);
        var (first, other, third) = (Join(greedy), Join(Pace()), Join(Pace()));
        _line.TakeNext().ShouldBe(other);
        _line.TakeNext().ShouldBe(third);
        _slots.Return();
        _line.TakeNext().ShouldBe(first, "nobody else waits");
    }

    [Fact]
    public void Those_in_trouble_get_no_more_than_half_while_others_wait()
    {
        var dead = Enumerable.Range(0, 4).Select(_ => Suspect()).ToList();
        foreach (var pace in dead.Take(2)) Begin(pace);
        _slots.Suspect.ShouldBe(2);
        var (third, fourth) = (Join(dead[2]), Join(dead[3]));
        var healthy = Join(Pace());
        _line.TakeNext().ShouldBe(healthy);
        _line.TakeNext().ShouldBe(third, "a slot that nobody else wants may be theirs");
        _slots.Return();
        dead[0].End();
        dead[1].End();
        Join(Pace());
        _line.TakeNext().ShouldBe(fourth, "it came first, and they hold less than half");
    }

    [Fact]
    public void Slots_of_those_in_trouble_are_counted_while_they_are()
    {
        var pace = Pace();
        Begin(pace);
        Begin(pace);
        _slots.Suspect.ShouldBe(0);
        pace.Fail(new EnhancedStatus(4, 4, 1), "connection refused");
        _slots.Suspect.ShouldBe(2);
        pace.End();
        _slots.Suspect.ShouldBe(1);
        pace.Succeed();
        _slots.Suspect.ShouldBe(0);
        pace.End();
        _slots.Suspect.ShouldBe(0);
    }

    [Fact]
    public void Deliveries_of_which_none_ends_for_a_while_are_in_trouble()
    {
        var pace = Pace();
        pace.LookForHang();
        Begin(pace);
        pace.LookForHang();
        pace.IsSuspect.ShouldBeFalse("they may just have begun");
        Begin(pace);
        pace.LookForHang();
        pace.IsSuspect.ShouldBeTrue();
        pace.Succeed();
        pace.End();
        pace.IsSuspect.ShouldBeFalse();
        pace.LookForHang();
        pace.IsSuspect.ShouldBeFalse();
    }

    private DestinationPace Pace() =>
        new(new PacePolicy(ConcurrencyWindowTests.Policy(5, 20), TimeSpan.Zero, TimeSpan.FromMinutes(5)), _slots, new FakeTimeProvider());

    private DestinationPace Suspect()
    {
        var pace = Pace();
        pace.Fail(new EnhancedStatus(4, 4, 1), "connection refused");
        return pace;
    }

    private void Begin(DestinationPace pace)
    {
        _slots.TryTakeForFirst().ShouldBeTrue();
        pace.Begin();
    }

    private IActorRef Join(DestinationPace pace)
    {
        var destination = new TestProbe(_system).Ref;
        _line.Add(destination, pace);
        return destination;
    }
}
