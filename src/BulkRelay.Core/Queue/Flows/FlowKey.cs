using System.Runtime.InteropServices;

namespace BulkRelay.Core.Queue.Flows;

/// <summary>
/// A flow as a number, by which the store sorts and destinations share: the priority in the top bits, so that the mail of a higher one
/// comes first, and a hash of the flow's text. Two flows that share a number would share a share, no more. Stored: it must never change.
/// </summary>
public static class FlowKey
{
    private const int PriorityShift = 60;

    /// <summary>The number of a message's flow; at least 0.</summary>
    public static long Of(MessageEnvelope message) => Of(message.Priority, message.Flow);

    /// <summary>The number of a flow; at least 0.</summary>
    public static long Of(FlowPriority priority, string flow) => First(priority) | (long)(Hash(flow) >> (64 - PriorityShift));

    /// <summary>The priority of the flows of that number.</summary>
    public static FlowPriority PriorityOf(long key) => (FlowPriority)(key >> PriorityShift);

    /// <summary>The least number that a flow of that priority can have.</summary>
    public static long First(FlowPriority priority) => (long)priority << PriorityShift;

    /// <summary>FNV-1a over the octets of the text, then a last mixing, since its upper bits are what is used.</summary>
    private static ulong Hash(string flow)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var octet in MemoryMarshal.AsBytes(flow.AsSpan())) hash = (hash ^ octet) * 0x100000001B3;
        hash ^= hash >> 32;
        return hash * 0x9E3779B97F4A7C15;
    }
}
