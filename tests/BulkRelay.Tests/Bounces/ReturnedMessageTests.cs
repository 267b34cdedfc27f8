using System.Text;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using FsCheck;
using FsCheck.Fluent;
using MimeKit.Encodings;

namespace BulkRelay.Tests.Bounces;

/// <summary>What comes back in a report is what was sent, octet for octet: it is other people's mail.</summary>
public sealed class ReturnedMessageTests
{
    private const string After = "\r\n--b0undary--\r\n";

    private static readonly string[] Pieces =
    [
        "Subject: x\r\n", "Content-Type: multipart/mixed; boundary=b0undary\r\n", "Content-Transfer-Encoding: base64\r\n", "\r\n", "--b0undary\r\n",
        "--b0undary--\r\n", "--b0undary", ".\r\n", "From x\r\n", "no header\r\n", " \t\r\n", "=\r\n", "=3D=\r\n", "trailing \r\n", "\0\u007f\r\n", "x", ":",
    ];

    public static TheoryData<string> Awkward =>
    [
        "Subject: x\r\n\r\nno end", "no header\r\nat all\r\n", "\r\nbody only\r\n", "Subject:x\r\nReceived: (\"\r\n\r\n\r\n\r\n",
        $"Subject: {new string('x', 5000)}\r\n{string.Concat(Enumerable.Repeat("X: y\r\n\tz\r\n", 500))}\r\n{new string('z', 20_000)}\r\n",
        "Content-Type: multipart/report; boundary=\"b0undary\"\r\n\r\n--b0undary\r\n\r\nx\r\n--b0undary--\r\nepilogue\r\n",
        "Subject: x\r\n\r\nbare\nline\rends\0\r\n", "Content-Transfer-Encoding: quoted-printable\r\n\r\n=3D=\r\n \r\n", "X\r\n", "\r\n\r\n", "y",
    ];

    [Theory]
    [MemberData(nameof(Awkward))]
    public void Seven_bit_messages_stand_in_the_report_as_they_are(string original)
    {
        foreach (var isUtf8 in new[] { false, true }) TakeOut(Report(original, isUtf8), isUtf8 ? "message/global" : "message/rfc822").ShouldBe(original);
    }

    [Fact]
    public void Any_seven_bit_message_stands_in_the_report_as_it_is() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Elements(Pieces)).Select(pieces => string.Concat(pieces)).ToArbitrary(),
        original => TakeOut(Report(original, isUtf8: false), "message/rfc822") == original));

    [Fact]
    public void A_header_alone_stands_in_the_report_as_it_is()
    {
        const string Header = "Subject: x\r\nX-Odd :  y \r\n\t folded\r\nTo:\r\n";
        TakeOut(Report(Header + "\r\nbody\r\n", isUtf8: false, ret: "HDRS"), "text/rfc822-headers").ShouldBe(Header);
    }

    [Theory]
    [InlineData("Subject: Grüße\r\n\r\nno end ü")]
    [InlineData("ü\r\n")]
    [InlineData("Subject: \u00ff\u00fe\r\n\r\n--b0undary--\r\n. \r\n\t\r\n=C3\r\n")]
    public void What_the_types_of_RFC_6533_hold_decodes_to_what_was_sent(string original)
    {
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Latin1 })
        {
            var octets = encoding.GetBytes(original);
            var encoded = TakeOut(Report(octets, isUtf8: true, ""), "message/global", "Content-Transfer-Encoding: quoted-printable\r\n");
            encoded.Split("\r\n").Max(line => line.Length).ShouldBeLessThanOrEqualTo(76);
            Decode(encoded).ShouldBe(octets);
        }
    }

    [Fact]
    public void Any_message_in_UTF8_decodes_to_what_was_sent() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Elements([.. Pieces, "ü", "用户\r\n", "ü \r\n"])).Select(pieces => "ü" + string.Concat(pieces)).ToArbitrary(),
        original => Decode(TakeOut(Report(original, isUtf8: true), "message/global", "Content-Transfer-Encoding: quoted-printable\r\n")).SequenceEqual(Encoding.UTF8.GetBytes(original))));

    private static byte[] Decode(string encoded)
    {
        var decoder = new QuotedPrintableDecoder();
        var input = Encoding.ASCII.GetBytes(encoded);
        var output = new byte[decoder.EstimateOutputLength(input.Length)];
        return output[..decoder.Decode(input, 0, input.Length, output)];
    }

    /// <summary>The octets between the line that the relay puts before them and the last boundary.</summary>
    private static string TakeOut(string report, string type, string encoding = "")
    {
        var before = $"Content-Type: {type}\r\n{encoding}\r\nReturn-Path: <app@example.net>\r\n";
        report.ShouldContain(before);
        report.ShouldEndWith(After);
        return report[(report.IndexOf(before, StringComparison.Ordinal) + before.Length)..^After.Length];
    }

    private static string Report(string original, bool isUtf8, string ret = "") => Report(Encoding.UTF8.GetBytes(original), isUtf8, ret);

    private static string Report(byte[] original, bool isUtf8, string ret)
    {
        var now = new DateTimeOffset(2026, 11, 21, 11, 37, 1, TimeSpan.Zero);
        var message = new MessageEnvelope { Id = 7, QueueId = "0F1E27", Arrived = now, Sender = "app@example.net", Size = original.Length, IsSmtpUtf8 = isUtf8, Ret = ret };
        return Encoding.Latin1.GetString(DeliveryReportWriter.Write(new DeliveryReport
        {
            Kind = ReportKind.Failure,
            Message = message,
            Outcomes = [new(new QueuedRecipient { Number = 0, Address = "bob@example.com", Destination = new DestinationKey("smtp", "example.com"), Due = now }, DeliveryAction.Failed, new EnhancedStatus(5, 0, 0), "no")],
            Returned = ReturnedContent.Select(new MessageContent([original]), message, 1_000_000, mayReturnBody: true),
            To = new Addressee("", message.Sender, IsPostmaster: false, ReturnsBody: true, "sender non-delivery notification"),
            Template = BuiltInTemplates.ByName["failure"],
            Text = "Words.\n",
            QueueId = "0F1E28",
            Date = now,
            RetryUntil = now,
            Hostname = "relay.example.net",
            Origin = "example.net",
            MailName = "BulkRelay",
            Boundary = "b0undary",
        }).ToArray());
    }
}
