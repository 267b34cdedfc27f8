using System.Collections.Concurrent;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

public sealed class EightBitTests : IngressTest
{
    [Theory]
    [InlineData("", "Subject: x\r\n\r\nGrüße\r\n", false)]
    [InlineData(" BODY=8BITMIME", "Subject: x\r\n\r\nGrüße\r\n", true)]
    [InlineData("", "Content-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n", true)]
    public async Task Octets_above_127_need_a_next_hop_that_takes_them_only_where_they_are_declared(string body, string content,
        bool is8Bit)
    {
        var queued = new ConcurrentQueue<IncomingMessage>();
        Submit = message =>
        {
            queued.Enqueue(message);
            return ValueTask.FromResult(StoreResult.Stored);
        };
        using var client = await ConnectAsync();
        await client.CommandAsync("EHLO client.test");
        await client.CommandAsync($"MAIL FROM:<a@x.test>{body}");
        await client.CommandAsync("RCPT TO:<b@y.test>");
        await client.CommandAsync("DATA");
        await client.SendAsync(content + ".\r\n");
        (await client.ReadReplyAsync())!.ShouldStartWith("250 ");
        queued.ShouldHaveSingleItem().Envelope.Is8Bit.ShouldBe(is8Bit);
    }
}
