namespace BulkRelay.Core.Queue;

/// <summary>
/// Makes the report to the sender about recipients that failed. The queue calls it when a delivery is over, and stores the report in
/// the same transaction as the failure. Null means that nobody is to be told (RFC 3461 NOTIFY, or the null sender).
/// </summary>
/// <param name="message">The message that could not be delivered.</param>
/// <param name="failed">The outcomes of the recipients that failed for good; at least one.</param>
/// <param name="content">The content of the message; null if it cannot be read, and then nothing of it is returned.</param>
/// <param name="now">The time of the report.</param>
public delegate IncomingMessage? ReportBuilder(
    MessageEnvelope message, IReadOnlyList<RecipientOutcome> failed, MessageContent? content, DateTimeOffset now);
