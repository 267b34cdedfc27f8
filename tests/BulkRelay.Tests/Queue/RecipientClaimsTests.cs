using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class RecipientClaimsTests
{
    private static readonly DestinationKey Destination = new("smtp", "example.com");
    private readonly RecipientClaims _claims = new();

    [Fact]
    public void A_claimed_recipient_cannot_be_claimed_again_until_it_is_released()
    {
        _claims.Claim(1, Recipients(0));
        Read(Entry(1, 0)).ShouldBeNull();
        _claims.Release(1, Recipients(0));
        Read(Entry(1, 0)).ShouldNotBeNull();
        Read(Entry(1, 0)).ShouldBeNull();
    }

    [Fact]
    public void A_read_takes_the_free_part_of_an_entry_and_no_longer_calls_it_the_whole_message()
    {
        _claims.Claim(1, Recipients(1));
        var mine = Read(Entry(1, 0, 1, 2) with { IsWholeMessage = true }).ShouldNotBeNull();
        mine.Recipients.Select(r => r.Number).ShouldBe([0, 2]);
        mine.IsWholeMessage.ShouldBeFalse();
    }

    [Fact]
    public void A_claim_released_during_a_read_still_counts_for_it_and_not_for_the_next_one()
    {
        _claims.Claim(1, Recipients(0));
        var first = _claims.BeginRead();
        _claims.Release(1, Recipients(0));
        var second = _claims.BeginRead();
        _claims.TryClaim(Entry(1, 0), first).ShouldBeNull();
        _claims.EndRead(first);
        _claims.TryClaim(Entry(1, 0), second).ShouldNotBeNull();
        _claims.EndRead(second);
    }

    [Fact]
    public void An_older_read_is_remembered_for_after_a_younger_one_has_ended()
    {
        _claims.Claim(1, Recipients(0));
        var first = _claims.BeginRead();
        var second = _claims.BeginRead();
        _claims.Release(1, Recipients(0));
        _claims.EndRead(second);
        _claims.TryClaim(Entry(1, 0), first).ShouldBeNull();
        _claims.EndRead(first);
        Read(Entry(1, 0)).ShouldNotBeNull();
    }

    [Fact]
    public void Active_messages_are_those_with_a_claim()
    {
        _claims.Claim(7, Recipients(0, 1));
        _claims.Claim(8, Recipients(0));
        _claims.Release(8, Recipients(0));
        _claims.ActiveMessages().ShouldBe([7L]);
    }

    private QueueEntry? Read(QueueEntry entry)
    {
        var ticket = _claims.BeginRead();
        try
        {
            return _claims.TryClaim(entry, ticket);
        }
        finally
        {
            _claims.EndRead(ticket);
        }
    }

    private static QueueEntry Entry(long id, params int[] numbers) =>
        new(new MessageEnvelope { Id = id, QueueId = "X", Arrived = default, Sender = "", Size = 1 }, Destination, Recipients(numbers));

    private static List<QueuedRecipient> Recipients(params int[] numbers) =>
        [.. numbers.Select(n => new QueuedRecipient { Number = n, Address = "a@example.com", Destination = Destination, Due = default })];
}
