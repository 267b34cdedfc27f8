namespace BulkRelay.Core.Ingress;

/// <summary>What a list of restrictions is about: what a table without further words is asked for in it.</summary>
internal enum AccessSubject
{
    Client,
    Helo,
    Sender,
    Recipient,
    Etrn,
    Data,
    EndOfData,
}
