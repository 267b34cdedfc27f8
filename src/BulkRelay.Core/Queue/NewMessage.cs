namespace BulkRelay.Core.Queue;

/// <summary>A message on its way into the store: routed, with everything that must be on disk before the client gets its 250.</summary>
public sealed record NewMessage(MessageEnvelope Envelope, IReadOnlyList<QueuedRecipient> Recipients, MessageContent Content);
