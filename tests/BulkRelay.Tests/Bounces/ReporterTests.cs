using System.Text;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Bounces;

public sealed class ReporterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new DateTimeOffset(2026, 11, 21, 11, 37, 1, TimeSpan.Zero).AddTicks(1234567);

    private readonly MemoryStream _lines = new();
    private readonly MailLog _log;
    private readonly Reporter _reporter;

    public ReporterTests()
    {
        _log = new MailLog(() => _lines, "relay", new FakeTimeProvider());
        var snapshot = ConfigSnapshot.With(("myhostname", "relay.example.net"), ("bounce_size_limit", "1000"));
        _reporter = new Reporter(() => snapshot, () => 0x28, _log.For("postfix", "bounce"), _log.For("postfix", "cleanup"));
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void The_report_goes_from_the_null_sender_to_the_sender_as_a_message_like_any_other()
    {
        var report = Build(Message()).ShouldNotBeNull();
        report.Recipients.ShouldHaveSingleItem().Address.ShouldBe("app@example.net");
        report.Envelope.ShouldSatisfyAllConditions(
            e => e.Sender.ShouldBe(""), e => e.IsReport.ShouldBeTrue(), e => e.Id.ShouldBe(0x28), e => e.QueueId.ShouldBe("1E24028"),
            e => e.Size.ShouldBe(report.Content.Length), e => e.Is8Bit.ShouldBeFalse(), e => e.IsSmtpUtf8.ShouldBeFalse());
        report.Content.Segments.ShouldAllBe(s => s.Length <= MessageContent.SegmentSize);
        Lines().ShouldHaveSingleItem().ShouldEndWith("cleanup[" + Environment.ProcessId + "]: 1E24028: message-id=<20261121113701.1E24028@relay.example.net>");
    }

    [Fact]
    public void A_report_gets_a_long_queue_id_where_they_are_in_use()
    {
        var snapshot = ConfigSnapshot.With(("enable_long_queue_ids", "yes"));
        var reporter = new Reporter(() => snapshot, () => 0x28, _log.For("postfix", "bounce"), _log.For("postfix", "cleanup"));
        reporter.Build(new ReportRequest(ReportKind.Failure, Message(), [Outcome(0, "")], null, Now)).Single().Message.Envelope.QueueId.ShouldBe(QueueId.Format(Now, 0x28, longForm: true));
    }

    [Fact]
    public void Mail_from_the_null_sender_is_dropped_with_a_line_in_the_log()
    {
        Build(Message() with { Sender = "" }).ShouldBeNull();
        Lines().ShouldHaveSingleItem().ShouldEndWith("warning: 0F1E27: undeliverable mail from the null sender discarded");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("FAILURE", true)]
    [InlineData("SUCCESS,FAILURE,DELAY", true)]
    [InlineData("failure", true)]
    [InlineData("NEVER", false)]
    [InlineData("SUCCESS,DELAY", false)]
    public void The_sender_decides_whether_to_be_told(string notify, bool isTold) => (Build(Message(), notify) is not null).ShouldBe(isTold);

    [Fact]
    public void Only_recipients_that_the_sender_wants_to_hear_of_are_named()
    {
        var text = Text(Build(Message(), "NEVER", "").ShouldNotBeNull());
        text.ShouldContain("rcpt1@example.com");
        text.ShouldNotContain("rcpt0@example.com");
    }

    [Fact]
    public void A_message_over_the_size_limit_comes_back_as_its_header()
    {
        var content = MessageContent.From(Encoding.ASCII.GetBytes("Subject: big\r\n\r\n" + new string('x', 1000) + "\r\n"));
        var text = Text(Build(Message(), [Outcome(0, "")], content).ShouldNotBeNull());
        text.ShouldContain("text/rfc822-headers");
        text.ShouldContain("Subject: big");
        text.ShouldNotContain("xxx");
    }

    [Fact]
    public void Eight_bit_content_makes_an_eight_bit_report()
    {
        var report = Build(Message(), [Outcome(0, "")], MessageContent.From("A: b\r\n\r\n\xE4\r\n"u8)).ShouldNotBeNull();
        report.Envelope.Is8Bit.ShouldBeTrue();
        Text(report).ShouldContain("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n");
    }

    [Fact]
    public void No_two_reports_have_the_same_boundary()
    {
        var boundaries = Enumerable.Range(0, 100).Select(_ => Text(Build(Message())!).Split("boundary=\"")[1].Split('"')[0]).ToList();
        boundaries.Distinct().Count().ShouldBe(100);
        boundaries.ShouldAllBe(b => b.Length == 32);
    }

    [Fact]
    public void A_thousand_failed_recipients_fit_into_one_report_of_legal_segments()
    {
        var failed = Enumerable.Range(0, 1000).Select(i => Outcome(i, "")).ToList();
        var report = Build(Message(), failed, MessageContent.From("A: b\r\n\r\nc\r\n"u8)).ShouldNotBeNull();
        report.Content.Length.ShouldBeGreaterThan(MessageContent.SegmentSize);
        report.Content.Segments.ShouldAllBe(s => s.Length <= MessageContent.SegmentSize);
        Text(report).Split("Final-Recipient: ").Length.ShouldBe(1001);
    }

    private static MessageEnvelope Message() => new() { Id = 7, QueueId = "0F1E27", Arrived = Now.AddDays(-5), Sender = "app@example.net", Size = 10 };

    private static RecipientOutcome Outcome(int number, string notify) => new(
        new QueuedRecipient { Number = number, Address = $"rcpt{number}@example.com", Notify = notify, Destination = new DestinationKey("smtp", "example.com"), Due = Now },
        DeliveryAction.Failed, new EnhancedStatus(5, 1, 1), "host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user");

    private static string Text(IncomingMessage report) => Encoding.UTF8.GetString(report.Content.ToArray());

    private IncomingMessage? Build(MessageEnvelope message, params string[] notify) =>
        Build(message, [.. notify.DefaultIfEmpty("").Select((n, i) => Outcome(i, n))], MessageContent.From("A: b\r\n\r\nc\r\n"u8));

    private IncomingMessage? Build(MessageEnvelope message, IReadOnlyList<RecipientOutcome> failed, MessageContent content) =>
        _reporter.Build(new ReportRequest(ReportKind.Failure, message, failed, content, Now)).SingleOrDefault()?.Message;

    private string[] Lines()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
