using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class ProcessSlotsTests
{
    [Fact]
    public void The_last_quarter_is_not_for_destinations_whose_deliveries_do_not_end()
    {
        var slots = new ProcessSlots(8);
        var hanging = Pace(slots);
        for (var i = 0; i < 6; i++) TakeFor(hanging).ShouldBeTrue();
        TakeFor(hanging).ShouldBeFalse();
        var healthy = Pace(slots);
        TakeFor(healthy).ShouldBeTrue("its first delivery");
        TakeFor(healthy).ShouldBeFalse();
        healthy.Succeed();
        TakeFor(healthy).ShouldBeTrue();
        slots.Used.ShouldBe(8);

        bool TakeFor(DestinationPace pace)
        {
            if (!slots.TryTake(pace)) return false;
            pace.Begin();
            return true;
        }
    }

    [Fact]
    public void Slots_are_taken_up_to_the_limit_and_come_back()
    {
        var slots = new ProcessSlots(2);
        slots.TryTake(Pace(slots)).ShouldBeTrue();
        slots.TryTake(Pace(slots)).ShouldBeTrue();
        slots.TryTake(Pace(slots)).ShouldBeFalse();
        slots.Return();
        slots.TryTake(Pace(slots)).ShouldBeTrue();
    }

    [Fact]
    public void While_there_is_a_line_only_the_first_in_it_gets_a_slot()
    {
        var slots = new ProcessSlots(2) { IsContended = true };
        slots.TryTake(Pace(slots)).ShouldBeFalse();
        slots.TryTakeForFirst().ShouldBeTrue();
    }

    [Fact]
    public void Limit_0_is_no_limit_and_a_lower_limit_holds_from_now_on()
    {
        var slots = new ProcessSlots(0);
        for (var i = 0; i < 1000; i++) slots.TryTake(Pace(slots)).ShouldBeTrue();
        slots.Limit = 5;
        slots.TryTake(Pace(slots)).ShouldBeFalse();
        slots.Used.ShouldBe(1000);
    }

    [Fact]
    public void Many_threads_never_have_more_slots_than_there_are()
    {
        var slots = new ProcessSlots(3);
        var most = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (!slots.TryTake(Pace(slots))) return;
            InterlockedMax(ref most, slots.Used);
            slots.Return();
        });
        most.ShouldBeInRange(1, 3);
        slots.Used.ShouldBe(0);
    }

    private static DestinationPace Pace(ProcessSlots slots) =>
        new(new PacePolicy(ConcurrencyWindowTests.Policy(5, 20), TimeSpan.Zero, TimeSpan.FromMinutes(5)), slots, TimeProvider.System);

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
