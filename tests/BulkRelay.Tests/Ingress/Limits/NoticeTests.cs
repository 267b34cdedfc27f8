using System.Collections.Concurrent;
using System.Text;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>Notices to the postmaster are mail in the queue of which strangers cause as many as they like.</summary>
public sealed class NoticeTests : IngressTest
{
    private readonly ConcurrentQueue<IncomingMessage> _notices = new();

    [Fact]
    public async Task So_many_notices_a_minute_are_sent_and_the_rest_is_a_count()
    {
        Submit = message =>
        {
            if (message.Envelope.ClientAddress.Length > 0) return ValueTask.FromResult(StoreResult.Full);
            _notices.Enqueue(message);
            return ValueTask.FromResult(StoreResult.Stored);
        };
        for (var i = 0; i < NoticeLimit.PerMinute + 5; i++) await FailAsync();
        await WaitForSessionsAsync(NoticeLimit.PerMinute + 5);
        _notices.Count.ShouldBe(NoticeLimit.PerMinute);

        Time.Advance(TimeSpan.FromMinutes(1));
        await FailAsync();
        await WaitForSessionsAsync(NoticeLimit.PerMinute + 6);
        _notices.Count.ShouldBe(NoticeLimit.PerMinute + 1);
        Encoding.ASCII.GetString(_notices.Last().Content.ToArray())
            .ShouldContain("\r\n5 more notices about other sessions were left out before this one.\r\n");
    }

    [Fact]
    public async Task There_is_no_notice_while_the_queue_is_short_of_space()
    {
        Submit = message =>
        {
            _notices.Enqueue(message);
            return ValueTask.FromResult(StoreResult.Stored);
        };
        Room = new StoreRoom(TakesMail: false, Reusable: 0);
        using var client = await ConnectAsync();
        await client.CommandAsync("EHLO client.test");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("452 4.3.1 ");
        await client.CommandAsync("QUIT");
        (await client.ReadReplyAsync()).ShouldBeNull();
        await WaitForSessionsAsync(1);
        _notices.ShouldBeEmpty();
    }

    /// <summary>A session with a message for which there is no room, until its connection is closed: the notice comes after that.</summary>
    private async Task FailAsync()
    {
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("x: y\r\n.\r\n");
        (await client.ReadReplyAsync())!.ShouldStartWith("452 4.3.1 ");
        await client.CommandAsync("QUIT");
        (await client.ReadReplyAsync()).ShouldBeNull();
    }
}
