using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Bounces;

/// <summary>The part for programs: fields about the message, and a group of fields for each recipient (RFC 3464 section 2).</summary>
internal static class DeliveryStatusPart
{
    public static void Write(ReportText text, FailureReport report)
    {
        text.Line($"--{report.Boundary}")
            .Line("Content-Description: Delivery report")
            .Line($"Content-Type: message/{(report.IsGlobal ? "global-delivery-status" : "delivery-status")}");
        if (report.IsStatus8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line();
        WriteMessageFields(text, report);
        foreach (var outcome in report.Failed) WriteRecipientFields(text, outcome);
        text.Line();
    }

    private static void WriteMessageFields(ReportText text, FailureReport report)
    {
        text.Line($"Reporting-MTA: dns; {report.Hostname}");
        if (report.Message.Envid.Length > 0) text.Line("Original-Envelope-Id: ", OriginalRecipient.DecodeXtext(report.Message.Envid));
        text.Line($"X-BulkRelay-Queue-ID: {report.Message.QueueId}")
            .Line("X-BulkRelay-Sender: ", Typed(report.Message.Sender))
            .Line($"Arrival-Date: {MailDate.Format(report.Message.Arrived)}");
    }

    private static void WriteRecipientFields(ReportText text, RecipientOutcome outcome)
    {
        text.Line().Line("Final-Recipient: ", Typed(outcome.Recipient.Address));
        if (OriginalRecipient.Decode(outcome.Recipient.Orcpt) is { } original) text.Line("Original-Recipient: ", original);
        text.Line("Action: failed").Line($"Status: {outcome.Status}");
        if (outcome.RemoteMta.Length > 0) text.Line("Remote-MTA: dns; ", outcome.RemoteMta);
        text.Folded("Diagnostic-Code: ", outcome.DiagnosticCode.Length > 0 ? outcome.DiagnosticCode : $"X-BulkRelay; {outcome.Reason}");
    }

    /// <summary>An address with its type (RFC 3464 section 2.1.2, RFC 6533 section 3).</summary>
    private static string Typed(string address) => $"{(Ascii.IsValid(address) ? "rfc822" : "utf-8")}; {address}";
}
