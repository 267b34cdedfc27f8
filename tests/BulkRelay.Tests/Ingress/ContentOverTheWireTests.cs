using System.Globalization;
using System.Text;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Ingress;

/// <summary>However a message comes in pieces, it is stored as it was sent.</summary>
public sealed class ContentOverTheWireTests : IngressTest
{
    private const string Head = "From: a@x.test\r\nDate: Tue, 01 Dec 2026 00:00:00 +0000\r\nMessage-ID: <1@x.test>\r\n\r\n";

    private readonly List<string> _stored = [];

    public ContentOverTheWireTests()
    {
        Configure(("smtpd_error_sleep_time", "0s"));
        Submit = message =>
        {
            _stored.Add(Encoding.Latin1.GetString(message.Content.ToArray()));
            return ValueTask.FromResult(StoreResult.Stored);
        };
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_chopping_of_the_input_gives_the_content_that_was_sent(bool inChunks) =>
        Prop.ForAll(ChoppedContent.Any, content => CheckAsync(content, inChunks)).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private async Task CheckAsync(ChoppedContent content, bool inChunks)
    {
        var sent = Head + content.Canonical;
        _stored.Clear();
        using var client = await ConnectAsync();
        if (inChunks) await SendInChunksAsync(client, sent, content);
        else
        {
            await client.BeginMessageAsync();
            await SendInPiecesAsync(client, ChoppedContent.Stuff(sent), content.Moves);
        }

        (await client.ReadReplyAsync().WaitAsync(Patience)).ShouldStartWith("250 2.0.0 Ok");

        var stored = _stored.ShouldHaveSingleItem();
        var trace = stored.IndexOf("From: ", StringComparison.Ordinal);
        stored[..trace].ShouldStartWith("Received: ");
        // Not by ShouldBe: what it says about 100 KB takes minutes.
        string.Equals(stored[trace..], sent, StringComparison.Ordinal).ShouldBeTrue(content.ToString());
    }

    private static async Task SendInChunksAsync(TestClient client, string sent, ChoppedContent content)
    {
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        var octets = new StringBuilder();
        var chunks = ChoppedContent.Chop(sent, content.Cuts).ToList();
        foreach (var chunk in chunks) octets.Append(CultureInfo.InvariantCulture, $"BDAT {chunk.Length}\r\n").Append(chunk);
        // All at once (RFC 3030 allows that): where a chunk ends only its length says.
        var replies = ReadRepliesAsync(client, chunks.Count);
        await SendInPiecesAsync(client, octets.Append("BDAT 0 LAST\r\n").ToString(), content.Moves);
        await replies;
    }

    private static async Task ReadRepliesAsync(TestClient client, int count)
    {
        for (; count > 0; count--) (await client.ReadReplyAsync().WaitAsync(Patience)).ShouldStartWith("250 2.0.0 Ok: ");
    }

    private static async Task SendInPiecesAsync(TestClient client, string octets, int[] sizes)
    {
        foreach (var piece in ChoppedContent.Chop(octets, sizes)) await client.SendAsync(piece);
    }
}
