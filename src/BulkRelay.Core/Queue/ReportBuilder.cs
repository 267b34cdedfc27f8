namespace BulkRelay.Core.Queue;

/// <summary>A report that is ready to be queued.</summary>
/// <param name="Message">The report as a message.</param>
/// <param name="Title">What the log calls it: <c>sender non-delivery notification</c>.</param>
public sealed record BuiltReport(IncomingMessage Message, string Title);

/// <summary>
/// Makes the report to the sender, and its copy for the postmaster if there is to be one. The queue calls it when a delivery is over,
/// and stores what it returns in the same transaction as the outcome. Nothing means that nobody is to be told (RFC 3461 NOTIFY, mail
/// that is itself a report).
/// </summary>
public delegate IReadOnlyList<BuiltReport> ReportBuilder(ReportRequest request);
