namespace BulkRelay.Core.Ingress;

/// <summary>What a list of restrictions is about.</summary>
internal enum AccessSubject
{
    Client,
    Helo,
    Sender,
    Recipient,
    Data,
    EndOfData,
}
