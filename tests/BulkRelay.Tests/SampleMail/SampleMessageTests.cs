using System.Text;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.Tests.SampleMail;

/// <summary>The bodies that the demonstration, the load and the tests send: all that is promised of them is in them.</summary>
public sealed class SampleMessageTests
{
    private const int Many = 2000;
    private static readonly byte[][] Messages = [.. Enumerable.Range(0, Many).Select(n => SampleMessage.Create($"m{n}"))];

    [Fact]
    public void The_id_decides_every_octet()
    {
        SampleMessage.Create("m7").ShouldBe(Messages[7]);
        SampleMessage.IdOf(Messages[7]).ShouldBe("m7");
        SampleMessage.Create("m7", 3000).Length.ShouldBeInRange(2990, 3090);
        SampleMessage.IdOf("Message-ID: <m7@relay.test>\r\n\r\n"u8).ShouldBe("", "not one of ours");
    }

    [Fact]
    public void All_are_canonical_and_no_line_is_longer_than_may_be_sent()
    {
        foreach (var message in Messages)
        {
            message[^2..].ShouldBe("\r\n"u8.ToArray());
            foreach (var line in Encoding.Latin1.GetString(message)[..^2].Split("\r\n"))
            {
                line.Length.ShouldBeLessThanOrEqualTo(998);
                line.AsSpan().IndexOfAny('\r', '\n', '\0').ShouldBe(-1);
            }
        }
    }

    [Fact]
    public void They_are_as_bulk_mail_is()
    {
        var bodies = Messages.Select(m => Encoding.Latin1.GetString(m).Split("\r\n\r\n", 2)[1]).ToList();

        bodies.Count(b => b.Length < 100).ShouldBeGreaterThan(Many / 50);
        bodies.Count(b => b.Length is > 8192 and < 20_000).ShouldBeGreaterThan(Many / 10);
        bodies.Count(b => b.Length is > 76_000 and < 110_000).ShouldBeGreaterThan(Many / 200);
        bodies.ShouldContain(b => b.Length > 500_000);
        bodies.Max(b => b.Length).ShouldBeLessThanOrEqualTo(SampleMessage.LargestBody + 2);
        string[] parts =
        [
            "\r\n.\r\n", "\r\n..\r\n", "\r\n.button {", "<td>", "\r\nMAIL FROM:<forged@forged.test>\r\n", "\r\nFrom ", "\xFF\r\n",
            "   \r\n",
        ];
        foreach (var part in parts) bodies.Count(b => b.Contains(part, StringComparison.Ordinal)).ShouldBeGreaterThan(Many / 50, part);
        bodies.Count(HasLongStretch).ShouldBeGreaterThan(Many / 50);
        bodies.Count(b => b.Length > 1000 && !b.Contains("\n.", StringComparison.Ordinal)).ShouldBeGreaterThan(Many / 50);
    }

    /// <summary>8 to 16 KB without a dot at the start of a line, behind one with a dot.</summary>
    private static bool HasLongStretch(string body) => body.Split("\n.")[1..].Any(stretch => stretch.Length is > 8192 and < 16384);
}
