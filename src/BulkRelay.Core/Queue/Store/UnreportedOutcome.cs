namespace BulkRelay.Core.Queue.Store;

/// <summary>
/// What became of a recipient that has left the queue and of which the sender is still to be told. The store keeps it with the message,
/// which stays until nothing of it is left to deliver or to report.
/// </summary>
/// <param name="Kind">The report that it goes into.</param>
/// <param name="Outcome">The outcome. Read from the store its recipient has no destination any more: it is never delivered again.</param>
public sealed record UnreportedOutcome(ReportKind Kind, RecipientOutcome Outcome);

/// <summary>A message of which there is something to report.</summary>
/// <param name="Envelope">The message.</param>
/// <param name="Outcomes">What is to be reported, by kind and recipient.</param>
/// <param name="HasDue">True if recipients of it are due and not held: more may come to it soon.</param>
public sealed record UnreportedMessage(MessageEnvelope Envelope, IReadOnlyList<UnreportedOutcome> Outcomes, bool HasDue);
