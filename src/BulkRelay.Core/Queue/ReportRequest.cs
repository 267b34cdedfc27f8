namespace BulkRelay.Core.Queue;

/// <summary>What there is to report after a delivery.</summary>
/// <param name="Kind">The kind of report.</param>
/// <param name="Message">The message that it is about.</param>
/// <param name="Outcomes">The recipients that it is about, and what became of them; at least one.</param>
/// <param name="Content">The content of the message; null if it cannot be read, and then nothing of it is returned.</param>
/// <param name="Now">The time of the report.</param>
public sealed record ReportRequest(
    ReportKind Kind, MessageEnvelope Message, IReadOnlyList<RecipientOutcome> Outcomes, MessageContent? Content, DateTimeOffset Now);
