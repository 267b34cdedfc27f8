using BulkRelay.Core.Queue.Store.Writing;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Store;

public sealed class OwnershipProofTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _time = new();
    private readonly OwnershipProof _proof;

    public OwnershipProofTests() => _proof = new OwnershipProof(_time, Limit);

    [Fact]
    public void It_holds_until_the_limit_and_anew_once_it_is_renewed()
    {
        _time.Advance(Limit);
        _proof.Holds.ShouldBeTrue();
        _time.Advance(TimeSpan.FromTicks(1));
        _proof.Holds.ShouldBeFalse();
        _proof.Renew(() => { });
        _proof.Holds.ShouldBeTrue();
    }

    [Fact]
    public void A_machine_that_was_suspended_is_told_by_the_wall_clock_alone()
    {
        _time.SetUtcNow(_time.GetUtcNow() + Limit + TimeSpan.FromSeconds(1));
        _proof.Holds.ShouldBeFalse();
        _time.SetUtcNow(_time.GetUtcNow() - TimeSpan.FromHours(1));
        _proof.Holds.ShouldBeTrue("a wall clock that is set back says nothing");
    }

    [Fact]
    public void An_answer_is_as_old_as_its_question()
    {
        _proof.Renew(() => _time.Advance(Limit + TimeSpan.FromSeconds(1)));
        _proof.Holds.ShouldBeFalse();
    }

    [Fact]
    public void What_fails_proves_nothing()
    {
        _time.Advance(Limit * 2);
        Should.Throw<OwnerLostException>(() => _proof.Renew(() => throw new OwnerLostException("queue.db")));
        _proof.Holds.ShouldBeFalse();
    }
}
