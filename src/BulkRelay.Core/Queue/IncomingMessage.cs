namespace BulkRelay.Core.Queue;

/// <summary>A recipient as the client named it, before routing.</summary>
public sealed record IncomingRecipient(string Address, string Orcpt = "", string Notify = "");

/// <summary>A message that ingress (or a report) hands to the queue: cleaned up, not yet routed.</summary>
public sealed record IncomingMessage(MessageEnvelope Envelope, IReadOnlyList<IncomingRecipient> Recipients, MessageContent Content);
