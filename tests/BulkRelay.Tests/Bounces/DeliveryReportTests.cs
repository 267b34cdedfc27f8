using System.Text;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Bounces;

/// <summary>Reports to the letter, against the files beside this one.</summary>
public sealed class DeliveryReportTests
{
    private const string Original = "Received: from app.example.net\r\nFrom: app@example.net\r\nSubject: hello\r\n\r\nBody line.\r\n.dot line\r\n";

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 11, 37, 1, TimeSpan.Zero);

    private static readonly MessageEnvelope Message = new()
    {
        Id = 7,
        QueueId = "0F1E27",
        Arrived = Now.AddDays(-5),
        Sender = "app@example.net",
        Size = Original.Length,
    };

    [Fact]
    public void A_refused_recipient_and_an_expired_one_are_reported_with_the_message()
    {
        var message = Message with { Envid = "id+2B1" };
        var refused = Outcome("bob@example.com", new EnhancedStatus(5, 1, 1),
            "host mx.example.com[192.0.2.1] said: 550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)") with
        {
            RemoteMta = "mx.example.com",
            DiagnosticCode = "smtp; 550 5.1.1 <bob@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
        };
        refused = refused with { Recipient = refused.Recipient with { Orcpt = "rfc822;robert+2Bnews@example.com" } };
        var expired = Outcome("carol@example.org", new EnhancedStatus(4, 4, 1), "connect to mx.example.org[192.0.2.2]:25: Connection timed out");
        ShouldBe("whole-message", Report(message, Original, refused, expired));
    }

    [Fact]
    public void Only_the_header_is_returned_when_the_sender_asked_for_that() =>
        ShouldBe("header-only", Report(Message with { Ret = "HDRS" }, "Subject: na\u00EFve\r\nTo: x\r\n\r\nBody.\r\n",
            Outcome("bob@example.com", new EnhancedStatus(5, 4, 4), "Host or domain name not found. Name service error for name=example.com type=AAAA: Host not found")));

    [Fact]
    public void A_message_in_UTF8_is_reported_in_UTF8()
    {
        var message = Message with { IsSmtpUtf8 = true, Sender = "jürgen@example.net" };
        var outcome = Outcome("用户@example.com", new EnhancedStatus(5, 1, 1), "host mx[192.0.2.1] said: 550 5.1.1 кто это?");
        outcome = outcome with { Recipient = outcome.Recipient with { Orcpt = @"utf-8;\x{7528}\x{6237}@example.com" } };
        ShouldBe("utf8", Report(message, "Subject: grüße\r\n\r\nBody.\r\n", outcome));
    }

    [Fact]
    public void Nothing_that_a_peer_or_client_says_makes_a_line_of_its_own()
    {
        const string Attack = "x\r\nInjected: 1\n\n--b0undary--\r\0\u001B[31m\u0085\u2028end";
        foreach (var isUtf8 in new[] { false, true })
        {
            var message = Message with { IsSmtpUtf8 = isUtf8, Sender = $"s{Attack}@example.net", Envid = "e+0D+0AInjected: 2" };
            var outcome = Outcome($"r{Attack}@example.com", new EnhancedStatus(5, 1, 1), Attack) with { RemoteMta = Attack, DiagnosticCode = "smtp; " + Attack };
            outcome = outcome with { Recipient = outcome.Recipient with { Orcpt = @"utf-8;a+0D+0AInjected: 3\x{A}Injected: 4\x{D}\x{2028}b" } };
            var lines = Text(Report(message, Original, outcome)).Split("\r\n");
            lines.ShouldAllBe(line => !line.StartsWith("Injected") && !line.Any(c => c < ' ' && c != '\t') && !line.Contains('\u0085') && !line.Contains('\u2028'));
            lines.Count(line => line == "--b0undary--").ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("rfc822")]
    [InlineData("rfc822;")]
    [InlineData(";a@example.com")]
    [InlineData("bad type;a@example.com")]
    public void Where_the_original_recipient_is_none_the_given_address_stands_for_it(string orcpt)
    {
        var outcome = Outcome("bob@example.com", new EnhancedStatus(5, 0, 0), "no");
        Text(Report(Message, Original, outcome with { Recipient = outcome.Recipient with { Orcpt = orcpt } })).ShouldContain("\r\nOriginal-Recipient: rfc822;bob@example.com\r\n");
    }

    [Fact]
    public void A_long_reason_is_folded_and_a_word_without_end_is_cut()
    {
        var outcome = Outcome("bob@example.com", new EnhancedStatus(5, 0, 0), string.Join(' ', Enumerable.Repeat("word", 100)) + " " + new string('w', 5000));
        Text(Report(Message, Original, outcome)).Split("\r\n").Max(line => line.Length).ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData(true, 100, "A: 1\r\nB: 2\r\n\r\nbody\r\n", "A: 1\r\nB: 2\r\n\r\nbody\r\n")]
    [InlineData(false, 15, "A: 1\r\nB: 2\r\n\r\nbody\r\n", "A: 1\r\nB: 2\r\n")]
    [InlineData(false, 1, "A: 1\r\nB : 2\r\n\t3\r\n\r\nbody\r\n", "A: 1\r\nB : 2\r\n\t3\r\n")]
    [InlineData(false, 1, "A: 1\r\nB: 2\r\n", "A: 1\r\nB: 2\r\n")]
    [InlineData(false, 1, "A: 1\r\nno header: here\r\nB: 2\r\n\r\nbody\r\n", "A: 1\r\n")]
    [InlineData(false, 3, "\r\nbody\r\n", "")]
    [InlineData(true, 10, "", "")]
    public void What_is_returned_goes_by_the_size_limit(bool isWhole, int limit, string content, string expected)
    {
        // One octet a segment: no header end may be missed at a seam.
        var segments = new MessageContent([.. Encoding.ASCII.GetBytes(content).Select(octet => (ReadOnlyMemory<byte>)new[] { octet })]);
        var returned = ReturnedContent.Select(segments, Message, limit, mayReturnBody: true);
        string.Concat(returned.Segments.Select(s => Encoding.ASCII.GetString(s.Span))).ShouldBe(expected);
        if (expected.Length > 0) returned.IsWhole.ShouldBe(isWhole);
        returned.IsEmpty.ShouldBe(expected.Length == 0);
    }

    [Fact]
    public void A_report_without_content_still_names_the_recipients()
    {
        var report = Text(Report(Message, null, Outcome("bob@example.com", new EnhancedStatus(5, 0, 0), "no")));
        report.ShouldContain("<bob@example.com>: no");
        report.ShouldNotContain("message/rfc822");
    }

    private static RecipientOutcome Outcome(string address, EnhancedStatus status, string reason) => new(
        new QueuedRecipient { Number = 0, Address = address, Destination = new DestinationKey("smtp", "example.com"), Due = Now },
        DeliveryAction.Failed, status, reason);

    private static MessageContent Report(MessageEnvelope message, string? content, params RecipientOutcome[] failed) => DeliveryReportWriter.Write(new DeliveryReport
    {
        Kind = ReportKind.Failure,
        Message = message,
        Outcomes = failed,
        Returned = ReturnedContent.Select(content is null ? null : MessageContent.From(Encoding.UTF8.GetBytes(content)), message, 50_000, mayReturnBody: true),
        To = new Addressee("", message.Sender, IsPostmaster: false, ReturnsBody: true, "sender non-delivery notification"),
        Template = BuiltInTemplates.ByName["failure"],
        Text = BuiltInTemplates.ByName["failure"].Text.Replace("$myhostname", "relay.example.net", StringComparison.Ordinal),
        QueueId = "0F1E28",
        Date = Now,
        RetryUntil = Now,
        Hostname = "relay.example.net",
        Origin = "example.net",
        MailName = "BulkRelay",
        Boundary = "b0undary",
    });

    private static string Text(MessageContent content) => Encoding.UTF8.GetString(content.ToArray());

    private static void ShouldBe(string golden, MessageContent report)
    {
        var expected = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Bounces", golden + ".golden"));
        var actual = Text(report);
        actual.Replace("\r\n", "\n", StringComparison.Ordinal).ShouldBe(expected);
        actual.Split('\n')[..^1].ShouldAllBe(line => line.EndsWith('\r'));
    }
}
