using System.Net.Security;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;
using FsCheck;
using FsCheck.Fluent;
using static BulkRelay.Tests.TestKit.ChoppedContent;

namespace BulkRelay.Tests.Egress.Wire;

/// <summary>Whatever a message holds, however it lies in memory and however slowly the peer reads: what leaves is that message.</summary>
public sealed class OctetsOnTheWireTests
{
    private static readonly SslServerAuthenticationOptions Certificate = new() { ServerCertificate = TestCertificate.Make("narrow.test").ForServer };

    public static TheoryData<string, string, int[]> Seen => new()
    {
        { "a line with a dot, then 8 to 16 KB without one", ".class {\r\n" + TextOf(130), [64 * 1024] },
        { "the same behind other text", TextOf(20) + ".a\r\n" + TextOf(150) + ".b\r\n" + TextOf(3), [64 * 1024] },
        { "78 KB of text", TextOf(975), [64 * 1024, 600, 64 * 1024] },
        { "81 KB of text", TextOf(1012), [64 * 1024, 300] },
        { "a few hundred octets, then 8 to 16 KB", TextOf(150), [300, 64 * 1024] },
        { "dots, then what reads as commands", Repeat(".\r\n", 900) + Repeat("RSET\r\nMAIL FROM:<forged@example.com>\r\nDATA\r\n", 250), [64 * 1024] },
    };

    [Theory]
    [MemberData(nameof(Seen))]
    public async Task What_was_seen_to_be_changed_is_sent_as_it_is(string what, string text, int[] cuts)
    {
        await CheckAsync(new ChoppedContent(text, cuts, [5_000]), isEncrypted: false, what);
        await CheckAsync(new ChoppedContent(text, cuts, [5_000]), isEncrypted: true, what);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_content_in_any_segments_is_sent_as_it_is(bool isEncrypted) =>
        Prop.ForAll(ChoppedContent.Any, content => CheckAsync(content, isEncrypted, "")).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    private static async Task CheckAsync(ChoppedContent content, bool isEncrypted, string what)
    {
        var wire = content.Wire;
        using var server = new NarrowServer();
        await using var fixture = new EgressFixture(("smtp_tls_security_level", isEncrypted ? "encrypt" : "none"));
        var request = EgressFixture.Mail() with { Content = new MessageContent(content.Segments) };

        var receiving = server.TakeAsync(wire.Length, content.Moves, isEncrypted ? Certificate : null);
        var outcome = await fixture.DeliverAsync(server.Nexthop, request);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        var received = await receiving.WaitAsync(TimeSpan.FromSeconds(30));
        var expected = "EHLO relay.test\r\nMAIL FROM:<sender@example.com>\r\nRCPT TO:<rcpt@example.net>\r\nDATA\r\n" + wire + "QUIT\r\n";
        if (received != expected) throw new InvalidOperationException($"{what} {content}: {Difference(expected, received)}");
    }

    private static string Difference(string expected, string received)
    {
        var at = expected.Zip(received, static (wanted, got) => wanted == got).TakeWhile(static isSame => isSame).Count();
        return $"other from octet {at} on: '{Excerpt(expected, at)}' became '{Excerpt(received, at)}'";
    }

    private static string Excerpt(string text, int at) => text[at..Math.Min(text.Length, at + 40)];
}
