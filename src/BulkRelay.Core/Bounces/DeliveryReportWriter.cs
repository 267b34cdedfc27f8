using System.Buffers;
using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using MimeKit;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Writes a report as <c>multipart/report</c> (RFC 6522): words for a person, fields for a program (RFC 3464, 6533), the message. All of it
/// is ASCII. MimeKit makes the structure and the encodings; fields go in as they are to stand there, since it folds them otherwise than
/// readers know it from Postfix.
/// </summary>
internal static class DeliveryReportWriter
{
    private const string Preamble = "This is a MIME-encapsulated message.\n\n";

    private static readonly FormatOptions Format = new() { NewLineFormat = NewLineFormat.Dos };

    public static MessageContent Write(DeliveryReport report)
    {
        var statusType = report.IsGlobal ? "global-delivery-status" : "delivery-status";
        using var multipart = new MultipartReport(statusType) { Boundary = report.Boundary, Preamble = Preamble };
        multipart.Headers[0].SetRawValue(Encoding.ASCII.GetBytes($" multipart/report; report-type={statusType};\r\n\tboundary=\"{report.Boundary}\"\r\n"));
        AddHeader(multipart.Headers, report);
        multipart.Add(Notification(report));
        multipart.Add(Part("Delivery report", new ContentType("message", statusType), DeliveryStatusPart.Write(report)));
        if (!report.Returned.IsEmpty) multipart.Add(Returned(report));
        using var octets = new MemoryStream();
        multipart.WriteTo(Format, octets);
        return MessageContent.From(octets.GetBuffer().AsSpan(0, (int)octets.Length));
    }

    /// <summary>The fields of the report itself around that of its type, in Postfix's order.</summary>
    private static void AddHeader(HeaderList header, DeliveryReport report)
    {
        var date = ReportDate.Format(report.Date);
        var subject = report.To.IsPostmaster && report.Template.PostmasterSubject.Length > 0 ? report.Template.PostmasterSubject : report.Template.Subject;
        Header[] before =
        [
            Field("Received", $"by {report.Hostname} ({report.MailName})\r\n\tid {report.QueueId}; {date}"),
            Field("Date", date),
            Field("From", report.Template.FromAt(report.Origin)),
            Field("Subject", subject),
            Field("To", AddresseeOf(report)),
            Field("Auto-Submitted", report.To.IsPostmaster ? "auto-generated" : "auto-replied"),
            Field("MIME-Version", "1.0"),
        ];
        for (var i = 0; i < before.Length; i++) header.Insert(i, before[i]);
        header.Add(Field("Message-Id", report.MessageId));
    }

    private static Header Field(string name, string value)
    {
        var field = new Header(name, "");
        field.SetRawValue(Encoding.ASCII.GetBytes($" {value}\r\n"));
        return field;
    }

    /// <summary>An address that is not ASCII stands as the name of a group without members (RFC 6857 section 3.1).</summary>
    private static string AddresseeOf(DeliveryReport report)
    {
        if (Ascii.IsValid(report.To.Recipient)) return ReportText.MakeSafe(report.To.Recipient, isUtf8: false);
        var words = new ArrayBufferWriter<byte>();
        EncodedWord.WriteWords(words, Encoding.UTF8.GetBytes(report.To.Recipient));
        return Encoding.ASCII.GetString(words.WrittenSpan).Replace("\r\n", "", StringComparison.Ordinal) + ":;";
    }

    private static MimeEntity Notification(DeliveryReport report)
    {
        var text = new ReportText(report.IsGlobal);
        foreach (var line in report.Text.Split('\n', StringSplitOptions.None).SkipLast(1)) text.Line(line);
        foreach (var outcome in report.Outcomes)
            text.Line().Folded("", $"<{outcome.Recipient.Address}>: {ReportedAction.Words(report, outcome)}");
        var octets = text.ToOctets();
        return Part("Notification", new ContentType("text", "plain") { Charset = Ascii.IsValid(octets) ? "us-ascii" : "utf-8" }, octets);
    }

    private static MimeEntity Returned(DeliveryReport report)
    {
        var path = new ReportText(report.IsGlobal).Line("Return-Path: ", $"<{report.Message.Sender}>").ToOctets();
        var type = TypeOfReturned(report);
        if (report.Returned.Is8Bit || !Ascii.IsValid(path))
            return Part(DescriptionOfReturned(report), type, [.. path, .. new MessageContent(report.Returned.Segments).ToArray()]);
        return Describe(DescriptionOfReturned(report), new ReturnedPart(type, path, report.Returned.Segments));
    }

    private static string DescriptionOfReturned(DeliveryReport report) =>
        $"{(report.Kind is ReportKind.Failure or ReportKind.Delay ? "Undelivered " : "")}Message{(report.Returned.IsWhole ? "" : " Headers")}";

    private static ContentType TypeOfReturned(DeliveryReport report) => (report.IsGlobal, report.Returned.IsWhole) switch
    {
        (false, true) => new ContentType("message", "rfc822"),
        (false, false) => new ContentType("text", "rfc822-headers"),
        (true, true) => new ContentType("message", "global"),
        (true, false) => new ContentType("message", "global-headers"),
    };

    /// <summary>
    /// A part, which is encoded where it is not ASCII, as a report has to arrive whatever the way back can carry. MimeKit's own encoder makes
    /// lines of up to 78 characters, where RFC 2045 allows 76.
    /// </summary>
    private static MimeEntity Part(string description, ContentType type, byte[] body)
    {
        if (Ascii.IsValid(body)) return Describe(description, new MimePart(type) { Content = new MimeContent(new MemoryStream(body)) });
        var encoded = new ArrayBufferWriter<byte>(2 * body.Length);
        QuotedPrintable.Write(encoded, body);
        return Describe(description, new MimePart(type)
        {
            ContentTransferEncoding = ContentEncoding.QuotedPrintable,
            Content = new MimeContent(new MemoryStream(encoded.WrittenSpan.ToArray()), ContentEncoding.QuotedPrintable),
        });
    }

    private static MimeEntity Describe(string description, MimeEntity part)
    {
        part.Headers.Insert(0, Field("Content-Description", description));
        return part;
    }
}
