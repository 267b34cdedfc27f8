using System.Buffers;

namespace BulkRelay.Core.Egress;

/// <summary>What is to be sent with the next write. Holds memory only while there is something in it.</summary>
internal sealed class OutputBuffer : IBufferWriter<byte>
{
    /// <summary>
    /// The size from which the buffer is better sent than filled further. A group of pipelined commands must fit into the send buffer of
    /// the system, or both sides could wait for the other to read (RFC 2920 section 3.1).
    /// </summary>
    public const int Size = 16 * 1024;

    private byte[] _octets = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _octets.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _octets.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Empties the buffer and gives its memory back.</summary>
    public void Clear()
    {
        if (_octets.Length > 0) ArrayPool<byte>.Shared.Return(_octets);
        _octets = [];
        Length = 0;
    }

    private void Reserve(int more)
    {
        if (_octets.Length - Length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Size, Length + more));
        _octets.AsSpan(0, Length).CopyTo(larger);
        if (_octets.Length > 0) ArrayPool<byte>.Shared.Return(_octets);
        _octets = larger;
    }
}
