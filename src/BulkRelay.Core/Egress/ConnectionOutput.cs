using System.Buffers;

namespace BulkRelay.Core.Egress;

/// <summary>
/// The one way out of a connection. What is written here leaves in the order in which it was written, whatever its size: nobody else has the
/// stream, and nothing here is sent before what was written earlier. Small pieces wait in a buffer for the next
/// <see cref="FlushAsync"/>, which is there only while something is in it.
/// </summary>
internal sealed class ConnectionOutput : IBufferWriter<byte>
{
    /// <summary>
    /// The size from which the buffer is better sent than filled further. A group of pipelined commands must fit into the send buffer of
    /// the system, or both sides could wait for the other to read (RFC 2920 section 3.1).
    /// </summary>
    public const int Size = 16 * 1024;

    private Stream? _stream;
    private byte[] _buffer = [];

    /// <summary>The octets that wait.</summary>
    public int Length { get; private set; }

    /// <summary>From here on everything goes to another stream.</summary>
    /// <exception cref="InvalidOperationException">Something waits that was meant for the stream so far.</exception>
    public void WriteTo(Stream stream)
    {
        if (Length > 0) throw new InvalidOperationException($"{Length} octets were written and not sent");
        _stream = stream;
    }

    /// <summary>True if these octets would only be added to what waits: <see cref="WriteAsync"/> sends nothing.</summary>
    public bool HasRoomFor(int octets) => octets <= Size / 2 && Length + octets <= Size;

    /// <summary>Adds a piece. What is large is not copied: it is sent at once, behind all that waits.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets)
    {
        if (octets.Length > Size / 2)
        {
            await SendAsync(octets);
            return;
        }
        if (!HasRoomFor(octets.Length)) await FlushAsync();
        octets.CopyTo(GetMemory(octets.Length));
        Advance(octets.Length);
    }

    /// <summary>Sends all that waits. When it returns, the system has taken all of it.</summary>
    public ValueTask FlushAsync() => SendAsync(default);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Drops all that waits, and gives the memory back. Not while something is being sent.</summary>
    public void Clear()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    /// <summary>Sends what waits, and then the last piece. There is no other way to the stream.</summary>
    private async ValueTask SendAsync(ReadOnlyMemory<byte> last)
    {
        var stream = _stream ?? throw new InvalidOperationException("not connected");
#if MUTANT_unordered_output
        if (!last.IsEmpty && Length + last.Length <= Size)
        {
            await stream.WriteAsync(last);
            return;
        }
#endif
        if (Length > 0)
        {
            await stream.WriteAsync(_buffer.AsMemory(0, Length));
            Clear();
        }
        if (!last.IsEmpty) await stream.WriteAsync(last);
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - Length >= more) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Size, Length + more));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
