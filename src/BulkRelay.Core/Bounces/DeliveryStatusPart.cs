using System.Text;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>The part for programs: fields about the message, and a group of fields for each recipient (RFC 3464 section 2).</summary>
internal static class DeliveryStatusPart
{
    /// <summary>The body of the part.</summary>
    public static byte[] Write(DeliveryReport report)
    {
        var text = new ReportText(report.IsGlobal);
        WriteMessageFields(text, report);
        foreach (var outcome in report.Outcomes) WriteRecipientFields(text, report, outcome);
        return text.ToOctets();
    }

    private static void WriteMessageFields(ReportText text, DeliveryReport report)
    {
        var message = report.Message;
        text.Line($"Reporting-MTA: dns; {report.Hostname}");
        if (message.Envid.Length > 0) text.Line("Original-Envelope-Id: ", OriginalRecipient.DecodeXtext(message.Envid));
        text.Line($"X-{report.Label}-Queue-ID: {message.QueueId}")
            .Line($"X-{report.Label}-Sender: ", Typed(message.IsReport ? $"MAILER-DAEMON@{report.Hostname}" : message.Sender))
            .Line($"Arrival-Date: {ReportDate.Format(message.Arrived)}");
    }

    private static void WriteRecipientFields(ReportText text, DeliveryReport report, RecipientOutcome outcome)
    {
        text.Line().Line("Final-Recipient: ", Typed(outcome.Recipient.Address))
            .Line("Original-Recipient: ", OriginalRecipient.Of(outcome.Recipient))
            .Line($"Action: {ReportedAction.Of(report, outcome)}")
            .Line($"Status: {outcome.Status}");
        if (outcome.RemoteMta.Length > 0) text.Line("Remote-MTA: dns; ", outcome.RemoteMta);
        text.Folded("Diagnostic-Code: ", outcome.DiagnosticCode.Length > 0 ? outcome.DiagnosticCode : $"X-{report.Label}; {outcome.Reason}");
        if (report.Kind == ReportKind.Delay) text.Line($"Will-Retry-Until: {ReportDate.Format(report.RetryUntil)}");
    }

    /// <summary>An address with its type (RFC 3464 section 2.1.2, RFC 6533 section 3).</summary>
    private static string Typed(string address) => $"{(Ascii.IsValid(address) ? "rfc822" : "utf-8")}; {address}";
}
