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
        Lines().ShouldHaveSingleItem().ShouldEndWith("warning: 0F1E27: undeliverable mail from the null sender discarded: to=<rcpt0@example.com> (host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user)");
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

    [Theory]
    [InlineData("A: b\r\n\r\nGrüße\r\n", "", "Content-Type: message/rfc822\r\n\r\n")]
    [InlineData("A: b\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n", "", "Content-Type: message/rfc822\r\n\r\n")]
    [InlineData("A: ü\r\n\r\nx\r\n", "HDRS",
        "Content-Type: text/rfc822-headers\r\n\r\nReturn-Path: <app@example.net>\r\nA: =?utf-8?Q?=C3=BC?=\r\n")]
    public void A_report_is_seven_bit_clean_whatever_the_message_holds(string content, string ret, string expected)
    {
        var report = Build(Message() with { Is8Bit = true, Ret = ret }, [Outcome(0, "")],
            MessageContent.From(Encoding.UTF8.GetBytes(content))).ShouldNotBeNull();
        report.Envelope.Is8Bit.ShouldBeFalse();
        Ascii.IsValid(report.Content.ToArray()).ShouldBeTrue();
        Text(report).ShouldContain(expected);
        Text(report).ShouldNotContain("8bit");
    }

    [Fact]
    public void A_report_in_UTF8_is_seven_bit_clean_too()
    {
        var message = Message() with { IsSmtpUtf8 = true, Is8Bit = true, Sender = "jürgen@example.net" };
        var report = Build(message, [Outcome(0, "")], MessageContent.From("Subject: gr\u00fc\u00dfe\r\n\r\nx\r\n"u8)).ShouldNotBeNull();
        Ascii.IsValid(report.Content.ToArray()).ShouldBeTrue();
        report.Envelope.ShouldSatisfyAllConditions(e => e.Is8Bit.ShouldBeFalse(), e => e.IsSmtpUtf8.ShouldBeTrue());
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

    [Theory]
    [InlineData("", "failure", "", "")]
    [InlineData("2bounce", "failure", "", "postmaster@example.org<double-bounce@relay.example.net: postmaster non-delivery notification")]
    [InlineData("bounce", "failure", "", "postmaster@example.org<double-bounce@relay.example.net: postmaster non-delivery notification")]
    [InlineData("delay", "delay", "", "postmaster@example.org<double-bounce@relay.example.net: postmaster delay notification")]
    [InlineData("bounce", "delay", "", "")]
    [InlineData("2bounce", "success", "", "postmaster@example.org<double-bounce@relay.example.net: postmaster delivery status notification")]
    [InlineData("bounce", "success", "", "")]
    [InlineData("", "failure", "a@b.test", "a@b.test<: sender non-delivery notification")]
    [InlineData("2bounce delay", "failure", "a@b.test", "a@b.test<: sender non-delivery notification")]
    [InlineData("bounce", "failure", "a@b.test",
        "a@b.test<: sender non-delivery notification|postmaster@example.org<double-bounce@relay.example.net: postmaster non-delivery notification")]
    [InlineData("bounce", "delay", "a@b.test", "a@b.test<: sender delay notification")]
    [InlineData("delay", "delay", "a@b.test",
        "a@b.test<: sender delay notification|postmaster@example.org<double-bounce@relay.example.net: postmaster delay notification")]
    [InlineData("bounce 2bounce delay", "success", "a@b.test", "a@b.test<: sender delivery status notification")]
    [InlineData("bounce 2bounce delay", "trace", "a@b.test", "a@b.test<: sender delivery status notification")]
    [InlineData("bounce 2bounce delay", "failure", "Double-Bounce@relay.example.net", "")]
    [InlineData("bounce 2bounce delay", "delay", "double-bounce@relay.example.net", "")]
    [InlineData("bounce 2bounce delay", "success", "double-bounce@relay.example.net", "")]
    public void Who_is_told_goes_by_the_sender_and_by_notify_classes(string classes, string kind, string sender, string expected)
    {
        var reporter = ReporterWith(("notify_classes", classes), ("myorigin", "example.org"));
        var reports = reporter.Build(new ReportRequest(Enum.Parse<ReportKind>(kind, ignoreCase: true), Message() with { Sender = sender }, [Outcome(0, "")], Content, Now));
        string.Join('|', reports.Select(r => $"{r.Message.Recipients.Single().Address}<{r.Message.Envelope.Sender}: {r.Title}")).ShouldBe(expected);
    }

    [Fact]
    public void Each_notice_goes_to_the_address_that_is_set_for_it()
    {
        var reporter = ReporterWith(("notify_classes", "bounce 2bounce delay"), ("myorigin", "example.org"), ("double_bounce_sender", "nobody@example.net"),
            ("bounce_notice_recipient", "bounces@ops.test"), ("2bounce_notice_recipient", "doubles"), ("delay_notice_recipient", "late@ops.test"));
        To(ReportKind.Failure, "a@b.test").ShouldBe(["a@b.test", "bounces@ops.test"]);
        To(ReportKind.Delay, "a@b.test").ShouldBe(["a@b.test", "late@ops.test"]);
        To(ReportKind.Failure, "").ShouldBe(["doubles@example.org"]);
        To(ReportKind.Failure, "nobody@example.net").ShouldBeEmpty();

        IEnumerable<string> To(ReportKind kind, string sender) =>
            reporter.Build(new ReportRequest(kind, Message() with { Sender = sender }, [Outcome(0, "")], Content, Now)).Select(r => r.Message.Recipients.Single().Address);
    }

    [Fact]
    public void A_copy_for_the_postmaster_has_the_header_and_no_words_for_the_sender()
    {
        var reporter = ReporterWith(("notify_classes", "bounce"));
        var copy = Text(reporter.Build(new ReportRequest(ReportKind.Failure, Message(), [Outcome(0, "")], Content, Now))[1].Message);
        copy.ShouldContain("\r\nSubject: Postmaster Copy: Undelivered Mail\r\n");
        copy.ShouldContain("\r\nAuto-Submitted: auto-generated\r\n");
        copy.ShouldContain("\r\n\r\n<rcpt0@example.com>: host mx.example.com");
        copy.ShouldContain("Content-Type: text/rfc822-headers");
        copy.ShouldNotContain("sorry");
    }

    [Fact]
    public void A_report_that_could_not_be_delivered_comes_whole_to_the_postmaster()
    {
        var reporter = ReporterWith(("notify_classes", "2bounce"), ("myorigin", "example.org"));
        var copy = Text(reporter.Build(new ReportRequest(ReportKind.Failure, Message() with { Sender = "" }, [Outcome(0, "NEVER")], Content, Now)).Single().Message);
        copy.ShouldContain("rfc822; MAILER-DAEMON@relay.example.net\r\n");
        copy.ShouldContain("Return-Path: <>\r\nA: b\r\n\r\nc\r\n");
    }

    [Fact]
    public void With_VERP_each_recipient_has_a_report_to_its_own_sender_address()
    {
        var message = Message() with { Verp = "+=" };
        RecipientOutcome[] failed = [Outcome(0, ""), Outcome(1, "")];
        Build(ReporterWith(), ReportKind.Failure).ShouldBe(["app+rcpt0=example.com@example.net", "app+rcpt1=example.com@example.net"]);
        Build(ReporterWith(), ReportKind.Success).ShouldBe(["app@example.net"]);
        Build(ReporterWith(("disable_verp_bounces", "yes")), ReportKind.Failure).ShouldBe(["app@example.net"]);

        IEnumerable<string> Build(Reporter reporter, ReportKind kind) =>
            reporter.Build(new ReportRequest(kind, message, failed, Content, Now)).Select(r => r.Message.Recipients.Single().Address);
    }

    [Theory]
    [InlineData(ReportKind.Delay, DeliveryTrace.None, DeliveryAction.Deferred, "Delayed Mail (still being retried)", "delayed")]
    [InlineData(ReportKind.Success, DeliveryTrace.None, DeliveryAction.Delivered, "Successful Mail Delivery Report", "relayed")]
    [InlineData(ReportKind.Trace, DeliveryTrace.Record, DeliveryAction.Delivered, "Mail Delivery Status Report", "relayed")]
    [InlineData(ReportKind.Trace, DeliveryTrace.Record, DeliveryAction.Deferred, "Mail Delivery Status Report", "delayed")]
    [InlineData(ReportKind.Trace, DeliveryTrace.Record, DeliveryAction.Failed, "Mail Delivery Status Report", "failed")]
    [InlineData(ReportKind.Trace, DeliveryTrace.Verify, DeliveryAction.Delivered, "Mail Delivery Status Report", "deliverable")]
    [InlineData(ReportKind.Trace, DeliveryTrace.Verify, DeliveryAction.Deferred, "Mail Delivery Status Report", "undeliverable")]
    [InlineData(ReportKind.Trace, DeliveryTrace.Verify, DeliveryAction.Failed, "Mail Delivery Status Report", "undeliverable")]
    public void Every_kind_has_its_subject_its_action_and_the_header_only(ReportKind kind, DeliveryTrace trace, DeliveryAction action, string subject, string shown)
    {
        var outcome = Outcome(0, "") with { Action = action, IsRelayed = action == DeliveryAction.Delivered, Relay = "mx.example.com[192.0.2.1]:25" };
        var text = Text(_reporter.Build(new ReportRequest(kind, Message() with { Trace = trace }, [outcome], Content, Now)).Single().Message);
        text.ShouldContain($"\r\nSubject: {subject}\r\n");
        text.ShouldContain($"\r\nAction: {shown}\r\n");
        text.ShouldContain($"\r\nContent-Description: {(kind == ReportKind.Delay ? "Undelivered " : "")}Message Headers\r\n");
        text.Contains("<rcpt0@example.com>: delivery via mx.example.com[192.0.2.1]:25: host").ShouldBe(kind != ReportKind.Delay);
        text.Contains("\r\nWill-Retry-Until: Sat, 21 Nov 2026 11:37:01 +0000 (UTC)\r\n").ShouldBe(kind == ReportKind.Delay);
    }

    private static MessageContent Content => MessageContent.From("A: b\r\n\r\nc\r\n"u8);

    private Reporter ReporterWith(params (string, string)[] settings)
    {
        var snapshot = ConfigSnapshot.With([("myhostname", "relay.example.net"), .. settings]);
        var id = 0x28;
        return new Reporter(() => snapshot, () => ++id, _log.For("postfix", "bounce"), _log.For("postfix", "cleanup"));
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
