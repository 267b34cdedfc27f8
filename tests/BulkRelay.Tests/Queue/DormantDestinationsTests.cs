using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class DormantDestinationsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly DormantDestinations _dormant = new();

    [Fact]
    public void The_earliest_is_due_first()
    {
        _dormant.Add("late", Noon.AddMinutes(2));
        _dormant.Add("early", Noon.AddMinutes(1));
        _dormant.Next().ShouldBe(Noon.AddMinutes(1));
        _dormant.TryPeekDue(Noon, out _).ShouldBeFalse();
        _dormant.TryPeekDue(Noon.AddMinutes(5), out var first).ShouldBeTrue();
        first.ShouldBe("early");
        _dormant.Remove("early").ShouldBe(Noon.AddMinutes(1));
        _dormant.Next().ShouldBe(Noon.AddMinutes(2));
    }

    [Fact]
    public void A_due_time_only_moves_forward_in_line_and_a_removed_one_leaves_no_trace()
    {
        _dormant.Add("a", Noon.AddMinutes(5));
        _dormant.Add("a", Noon.AddMinutes(9));
        _dormant.Next().ShouldBe(Noon.AddMinutes(5));
        _dormant.Add("a", Noon);
        _dormant.Next().ShouldBe(Noon);
        _dormant.Remove("a").ShouldBe(Noon);
        _dormant.Next().ShouldBeNull();
        _dormant.Add("a", Noon.AddMinutes(7));
        _dormant.Next().ShouldBe(Noon.AddMinutes(7));
        _dormant.All.Count.ShouldBe(1);
    }

    [Fact]
    public void A_destination_without_mail_is_not_kept()
    {
        _dormant.Add("a", DateTimeOffset.MaxValue);
        _dormant.All.ShouldBeEmpty();
        _dormant.Remove("a").ShouldBeNull();
    }
}
