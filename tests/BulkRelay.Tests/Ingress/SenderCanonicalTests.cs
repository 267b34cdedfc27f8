using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

/// <summary><c>sender_canonical_maps</c> from the client's words to the queue.</summary>
public sealed class SenderCanonicalTests : IngressTest
{
    private const string Content = "From: Erna <erna@relay.test>\r\nReply-To: erna@relay.test,\r\n\tx@y.test\r\nBcc: z@y.test\r\nTo: erna@relay.test\r\n\r\nerna@relay.test\r\n.\r\n";

    private readonly List<IncomingMessage> _queued = [];

    public SenderCanonicalTests() => Submit = message =>
    {
        _queued.Add(message);
        return ValueTask.FromResult(StoreResult.Stored);
    };

    [Theory]
    [InlineData("envelope_sender, header_sender", "permit_mynetworks", "erna@provider.de", "From: Erna <erna@provider.de>\r\nReply-To: erna@provider.de,\r\n\tx@y.test\r\nTo: erna@relay.test\r\n")]
    [InlineData("envelope_sender", "permit_mynetworks", "erna@provider.de", "From: Erna <erna@relay.test>\r\nReply-To: erna@relay.test,\r\n")]
    [InlineData("header_sender", "permit_mynetworks", "erna@relay.test", "From: Erna <erna@provider.de>\r\n")]
    [InlineData("envelope_sender, header_sender", "", "erna@provider.de", "From: Erna <erna@relay.test>\r\n")]
    public async Task The_sender_gets_its_other_form_where_it_counts(string classes, string ownClients, string sender, string head)
    {
        Configure(("sender_canonical_maps", "inline:{ erna=erna@provider.de }"), ("myorigin", "relay.test"), ("sender_canonical_classes", classes),
            ("local_header_rewrite_clients", ownClients));
        (await SendAsync()).ShouldStartWith("250 ");
        var message = _queued.ShouldHaveSingleItem();
        message.Envelope.Sender.ShouldBe(sender);
        var text = Encoding.UTF8.GetString(message.Content.ToArray());
        text.ShouldContain(head);
        text.ShouldEndWith("\r\n\r\nerna@relay.test\r\n");
        message.Content.Length.ShouldBe(message.Envelope.Size);
    }

    [Fact]
    public async Task Mail_whose_sender_cannot_be_looked_up_is_not_taken_now()
    {
        Configure(("sender_canonical_maps", "fail:now"));
        (await SendAsync()).ShouldStartWith("451 4.3.0 ");
        _queued.ShouldAllBe(m => m.Envelope.Sender == "double-bounce@relay.test", "only the postmaster hears of it");
    }

    private async Task<string> SendAsync()
    {
        using var client = await ConnectAsync();
        await client.CommandAsync("EHLO client.test");
        await client.CommandAsync("MAIL FROM:<erna@relay.test>");
        await client.CommandAsync("RCPT TO:<b@y.test>");
        await client.CommandAsync("DATA");
        await client.SendAsync(Content);
        return await client.ReadReplyAsync() ?? "";
    }
}
