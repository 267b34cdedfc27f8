namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>A change of the head of a message: at a place, so many octets give way to these.</summary>
internal readonly record struct HeaderEdit(int At, int Removed, byte[] Inserted);
