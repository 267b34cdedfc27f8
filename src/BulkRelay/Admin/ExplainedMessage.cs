using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>A message with why it is still here.</summary>
/// <param name="Message">The message as the store has it.</param>
/// <param name="QueueName"><c>hold</c>, <c>active</c> or <c>deferred</c>.</param>
/// <param name="Why">Plain words for each recipient, in the order of the message's.</param>
internal sealed record ExplainedMessage(QueuedMessage Message, string QueueName, IReadOnlyList<IReadOnlyList<string>> Why);
