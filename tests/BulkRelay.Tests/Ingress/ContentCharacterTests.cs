using System.Buffers;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

/// <summary><c>message_reject_characters</c> and <c>message_strip_characters</c>.</summary>
public sealed class ContentCharacterTests : IngressTest
{
    private const string Disallowed = "550 5.7.1 disallowed character";
    private const string HasNul = "550 5.6.0 Error: message contains NUL characters";

    private readonly List<IncomingMessage> _queued = [];

    public ContentCharacterTests() => Submit = message =>
    {
        _queued.Add(message);
        return ValueTask.FromResult(StoreResult.Stored);
    };

    [Theory]
    [InlineData("", "", "A: b\r\n\r\nx\0y\r\n", HasNul)]
    [InlineData("", "X", "A: b\r\n\r\nx\0y\r\n", HasNul)]
    [InlineData("X", "", "A: b\r\n\r\nx\0y\r\n", HasNul)]
    [InlineData(@"\0", "", "A: b\r\n\r\nx\0y\r\n", Disallowed)]
    [InlineData(@"\0", "", "A: b\0\r\n\r\nxy\r\n", Disallowed)]
    [InlineData(@"\0", @"\0", "A: b\r\n\r\nx\0y\r\n", Disallowed)]
    [InlineData("", @"\0", "A: b\0\r\nC\0: d\r\n\r\nx\0y\r\n\0\0\r\n", "A: b\r\nC: d\r\n\r\nxy\r\n\r\n")]
    [InlineData("", @"X\000", "A: bX\r\nX\r\nC: d\0X\r\n.X\r\n", "A: b\r\n\r\nC: d\r\n\r\n")]
    [InlineData("", @"\r\n\015X", "A: b\r\n\r\nx\ryX\r\n", "A: b\r\n\r\nx y\r\n")]
    [InlineData(@"\r\n", "", "A: b\r\n\r\nx\ry\r\n", "A: b\r\n\r\nx y\r\n")]
    [InlineData(@"\351", "", "A: b\r\n\r\nx\u00e9\r\n", Disallowed)]
    [InlineData("", "é", "A: b\r\n\r\nx\u00c3\u00a9\u00e4\u00c3\u00a4\r\n", "A: b\r\n\r\nx\u00e4\u00a4\r\n")]
    public async Task Such_characters_are_refused_or_taken_out(string reject, string strip, string content, string expected)
    {
        Configure(("message_reject_characters", reject), ("message_strip_characters", strip), ("local_header_rewrite_clients", ""));
        using var client = await ConnectAsync();
        var reply = await SendAsync(client, content);
        if (expected.StartsWith("550", StringComparison.Ordinal))
        {
            reply.ShouldBe(expected);
            _queued.ShouldBeEmpty();
            (await SendAsync(client, "A: b\r\n\r\ngood\r\n")).ShouldStartWith("250 ", customMessage: "the session goes on");
        }
        else
        {
            reply.ShouldStartWith("250 ");
            var text = Encoding.Latin1.GetString(_queued.ShouldHaveSingleItem().Content.ToArray());
            text[text.IndexOf("\r\nA: ", StringComparison.Ordinal)..].ShouldBe($"\r\n{expected}");
        }
        await client.CommandAsync("QUIT");
    }

    [Fact]
    public async Task The_log_of_cleanup_shows_the_line()
    {
        Configure(("message_reject_characters", @"\0X"));
        using (var client = await ConnectAsync())
        {
            await SendAsync(client, "A: b\r\n\r\none\r\nt\two\0three\r\n");
            await SendAsync(client, "A: b\r\n\r\nfourXfive\r\n");
            await SendAsync(client, $"A: b\r\n\r\n{new string('y', 300)}X\r\n");
            await client.CommandAsync("QUIT");
        }
        var log = await StopAndReadLogAsync();
        const string whose = "from unknown[127.0.0.1]; from=<a@x.test> to=<b@y.test> proto=ESMTP helo=<client.test>: 5.7.1 disallowed character\n";
        log.ShouldContain($": reject: content t?wo {whose}");
        log.ShouldContain($": reject: content fourXfive {whose}");
        log.ShouldContain($": reject: content {new string('y', 200)} {whose}");
        log.ShouldNotContain("reject: END-OF-MESSAGE");
    }

    [Theory]
    [InlineData(@"\0", "", "5.7.1 disallowed character")]
    [InlineData("", @"\0", "")]
    [InlineData("", "", "5.6.0 message contains NUL characters")]
    public async Task Mail_of_programs_is_looked_at_too(string reject, string strip, string refusal)
    {
        var snapshot = ConfigSnapshot.With(("myhostname", "relay.test"), ("message_reject_characters", reject), ("message_strip_characters", strip));
        using var log = new BulkRelay.Core.Observability.MailLog(() => new MemoryStream(), "relay", Time);
        var services = new IngressServices
        {
            Submit = (message, _) => Submit(message),
            NextMessageId = () => 7,
            Log = log,
            Time = Time,
        };
        var way = new LocalSubmission(() => snapshot, services);
        var result = await way.SubmitAsync(new Submission { Sender = "a@x.test", Recipients = ["b@y.test"] }, new MemoryStream("A: b\n\nx\0y\n"u8.ToArray()), default);
        result.Refusal.ShouldBe(refusal);
        if (refusal.Length == 0) Encoding.ASCII.GetString(_queued.ShouldHaveSingleItem().Content.ToArray()).ShouldEndWith("\r\n\r\nxy\r\n");
        services.LocalMemory.Used.ShouldBe(0);
    }

    [Fact]
    public void Content_may_come_in_any_pieces()
    {
        var message = Encoding.ASCII.GetBytes($"A: XXb\r\nX\r\n{string.Concat(Enumerable.Repeat("XyXXz\r\n", 20_000))}");
        var expected = Encoding.ASCII.GetString(message).Replace("X", "", StringComparison.Ordinal);
        var memory = new ContentMemory();
        foreach (var step in new[] { 1, 2, 3, 7, 4096, 65_536, message.Length })
        {
            var builder = new MessageBuilder(memory);
            builder.TryBegin(new HeaderPolicy(ConfigSnapshot.With(("message_strip_characters", "X"))), 0, 10_000_000, 0).ShouldBeTrue();
            foreach (var piece in message.Chunk(step)) builder.Write(piece);
            Encoding.ASCII.GetString(builder.Complete(default, default).ToArray()).ShouldBe(expected);
            builder.Size.ShouldBe(message.Length);
            builder.Discard();
        }
        memory.Used.ShouldBe(0);
    }

    private static async Task<string> SendAsync(TestClient client, string content)
    {
        await client.CommandAsync("EHLO client.test");
        await client.CommandAsync("MAIL FROM:<a@x.test>");
        await client.CommandAsync("RCPT TO:<b@y.test>");
        await client.CommandAsync("DATA");
        await client.SendAsync(content + ".\r\n");
        return await client.ReadReplyAsync() ?? "";
    }
}
