namespace BulkRelay.Tests.Egress;

/// <summary>How a scripted server puts its octets on the wire.</summary>
public enum Replay
{
    Whole,
    LineByLine,
    ByteByByte,
}
