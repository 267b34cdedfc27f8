using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class VerpTests
{
    [Theory]
    [InlineData("list@example.org", "+=", "user@example.com", "list+user=example.com@example.org")]
    [InlineData("list@example.org", "-=", "a.b+c@example.com", "list-a.b+c=example.com@example.org")]
    [InlineData("list@example.org", "+=", "postmaster", "list+postmaster@example.org")]
    [InlineData("list@example.org", "+=", "\"a b\"@example.com", "\"list+a b=example.com\"@example.org")]
    [InlineData("list@example.org", "+=", "\"a\\\"b@c\"@example.com", "\"list+a\\\"b@c=example.com\"@example.org")]
    [InlineData("list@example.org", "", "user@example.com", "list@example.org")]
    [InlineData("", "+=", "user@example.com", "")]
    [InlineData("list@example.org", "+=", "用户@example.com", "list+用户=example.com@example.org")]
    public void The_recipient_goes_into_the_sender(string sender, string delimiters, string recipient, string expected)
    {
        var message = new MessageEnvelope { Id = 1, QueueId = "A", Arrived = default, Sender = sender, Size = 1, Verp = delimiters };
        VerpSender.For(message, new QueuedRecipient { Number = 0, Address = recipient, Destination = new DestinationKey("smtp", "x"), Due = default }).ShouldBe(expected);
    }

    [Fact]
    public async Task Each_recipient_has_a_delivery_of_its_own_at_first_and_again()
    {
        await using var queue = new QueueFixture().Start();
        var sizes = new List<int>();
        var isReady = false;
        queue.Smtp.Answer = (request, _) =>
        {
            lock (sizes) sizes.Add(request.Entry.Recipients.Count);
            return Task.FromResult(isReady ? FakeTransport.Delivered(request) : FakeTransport.Deferred(request));
        };
        var message = queue.Message("list@example.org", "a@example.com", "b@example.com", "c@example.com");
        await queue.SubmitAsync(message with { Envelope = message.Envelope with { Verp = "+=" } });
        await queue.SettleAsync();
        isReady = true;
        queue.Time.Advance(TimeSpan.FromMinutes(10));
        await queue.UntilEmptyAsync(TimeSpan.FromMilliseconds(1));
        sizes.ShouldBe([1, 1, 1, 1, 1, 1]);
        queue.Smtp.Deliveries.Values.ShouldBe([1, 1, 1]);
        queue.Smtp.Overlaps.ShouldBeEmpty();
    }
}
