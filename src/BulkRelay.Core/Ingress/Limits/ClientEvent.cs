namespace BulkRelay.Core.Ingress.Limits;

/// <summary>What is counted of a client.</summary>
internal enum ClientEvent
{
    Connection,
    Message,
    Recipient,
    NewTlsSession,
    Auth,
}
