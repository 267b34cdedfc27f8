using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// What a client sent and nobody has looked at yet, in a buffer of the pool that is there only while something is in it: a client that
/// is silent takes no memory here. Lines and content are read where they lie, until the next <see cref="FillAsync"/>: they are given out as
/// spans, so that the compiler sees to that.
/// </summary>
internal sealed class SessionInput(Stream stream, int maxLineLength) : IDisposable
{
    private const int LeastBuffer = 16 * 1024;

    /// <summary>Drained octets of one line after which the client is taken to be no mail client at all.</summary>
    private readonly int _maxSkipped = 16 * maxLineLength;
    private readonly int _capacity = Math.Max(LeastBuffer, maxLineLength + 2);
    private Stream _stream = stream;
    private byte[] _buffer = [];
    private bool _expectsMore;
    private int _start;
    private int _searched;
    private int _end;
    private int _skipped;

    /// <summary>What has arrived and is not consumed.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>True if nothing is waiting here.</summary>
    public bool IsEmpty => _start == _end;

    /// <summary>Marks the first octets of <see cref="Unread"/> as consumed.</summary>
    public void Advance(int count)
    {
        _start += count;
        _searched = _start;
    }

    /// <summary>
    /// Takes the next line, its line end removed. A line beyond the limit is not kept: it is drained as it comes and reported
    /// as <see cref="LineRead.TooLong"/> at its end, or as <see cref="LineRead.Endless"/> if that does not come.
    /// </summary>
    public LineRead TryReadLine(out ReadOnlySpan<byte> line, out bool isBareNewline) =>
        TryReadLine(maxLineLength, out line, out isBareNewline);

    /// <summary>The same with another limit, as far as there is room.</summary>
    public LineRead TryReadLine(int limit, out ReadOnlySpan<byte> line, out bool isBareNewline)
    {
        limit = Math.Min(limit, _capacity - 2);
        line = default;
        isBareNewline = false;
        var found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (found < 0)
        {
            _searched = _end;
            return DrainLongLine(limit);
        }
        var lineEnd = _searched + found;
        var length = lineEnd - _start;
        if (length > 0 && _buffer[lineEnd - 1] == '\r') length--;
        else isBareNewline = true;
        var tooLong = _skipped > 0 || length > limit;
        _skipped = 0;
        line = _buffer.AsSpan(_start, length);
        Advance(lineEnd + 1 - _start);
        return tooLong ? LineRead.TooLong : LineRead.Line;
    }

    /// <summary>
    /// Waits for more. False if the client has closed. At least one octet of room is there whenever lines are taken as above.
    /// </summary>
    [SuppressMessage("Reliability", "CA2022", Justification = "A read of nothing gives nothing; it is waited for.")]
    public async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        if (IsEmpty && !_expectsMore)
        {
            GiveBack();
            // A read of nothing ends when there is something to read.
            await _stream.ReadAsync(Memory<byte>.Empty, cancel);
        }
        if (_buffer.Length == 0) _buffer = ArrayPool<byte>.Shared.Rent(_capacity);
        Compact();
        var count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += count;
        // Where so much came at once there is more: content on its way needs no asking.
        _expectsMore = count > LeastBuffer / 2;
        return count > 0;
    }

    /// <summary>From here on everything comes from another stream; what has arrived and is not consumed is lost.</summary>
    public void ReadFrom(Stream stream)
    {
        GiveBack();
        (_stream, _expectsMore, _skipped) = (stream, false, 0);
    }

    /// <summary>Overwrites what was consumed: a password may have been among it.</summary>
    public void Wipe()
    {
        _buffer.AsSpan(0, _start).Clear();
        _buffer.AsSpan(_end).Clear();
    }

    public void Dispose() => GiveBack();

    private void GiveBack()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _searched = _end = 0;
    }

    private LineRead DrainLongLine(int limit)
    {
        if (_end - _start <= limit + 1 && _skipped == 0) return LineRead.NeedMore;
        _skipped += _end - _start;
        Advance(_end - _start);
        return _skipped > _maxSkipped ? LineRead.Endless : LineRead.NeedMore;
    }

    private void Compact()
    {
        if (_start == _end) _start = _searched = _end = 0;
        else if (_end == _buffer.Length || _start > _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _searched -= _start;
            _end -= _start;
            _start = 0;
        }
    }
}
