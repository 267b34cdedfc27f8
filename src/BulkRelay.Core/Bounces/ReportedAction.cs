using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>How a report shows one recipient's outcome.</summary>
internal static class ReportedAction
{
    /// <summary>
    /// The Action field (RFC 3464 section 2.3.3); <c>deliverable</c> and <c>undeliverable</c>, which Postfix adds, where nothing was to be delivered.
    /// </summary>
    public static string Of(DeliveryReport report, RecipientOutcome outcome)
    {
        if (report is { Kind: ReportKind.Trace, Message.Trace: DeliveryTrace.Verify })
            return outcome.Action == DeliveryAction.Delivered ? "deliverable" : "undeliverable";
        return outcome.Action switch
        {
            DeliveryAction.Delivered => outcome.IsRelayed ? "relayed" : "delivered",
            DeliveryAction.Failed => "failed",
            _ => "delayed",
        };
    }

    /// <summary>The words for people. Where deliveries are shown and not troubles, the host is part of them.</summary>
    public static string Words(DeliveryReport report, RecipientOutcome outcome) =>
        report.Kind is ReportKind.Success or ReportKind.Trace && outcome.Relay != "none"
            ? $"delivery via {outcome.Relay}: {outcome.Reason}" : outcome.Reason;
}
