namespace BulkRelay.Core.Ingress.Tls;

/// <summary>
/// A stream whose first TLS record was looked at before TLS reads it. TLS gets it from here; after that everything goes straight through.
/// </summary>
internal sealed class LookAheadStream : Stream
{
    private const int HeaderLength = 5;
    private const int MaxRecord = 16 * 1024 + 256;

    private readonly Stream _inner;
    private ReadOnlyMemory<byte> _ahead;

    private LookAheadStream(Stream inner, ReadOnlyMemory<byte> ahead)
    {
        _inner = inner;
        _ahead = ahead;
        Record = ahead;
    }

    /// <summary>The record with its header; what came of it if it did not come whole, or is none.</summary>
    public ReadOnlyMemory<byte> Record { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads the first record of a connection.</summary>
    public static async ValueTask<LookAheadStream> ReadAsync(Stream inner, CancellationToken cancel)
    {
        var header = new byte[HeaderLength];
        var count = await inner.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancel);
        var length = header[3] << 8 | header[4];
        // 22 is a handshake; TLS itself will say what is wrong with anything else.
        if (count < HeaderLength || header[0] != 22 || length > MaxRecord) return new LookAheadStream(inner, header.AsMemory(0, count));
        var record = new byte[HeaderLength + length];
        header.CopyTo(record, 0);
        count += await inner.ReadAtLeastAsync(record.AsMemory(HeaderLength), length, throwOnEndOfStream: false, cancel);
        return new LookAheadStream(inner, record.AsMemory(0, count));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ahead.IsEmpty) return _inner.ReadAsync(buffer, cancellationToken);
        var count = Math.Min(buffer.Length, _ahead.Length);
        _ahead[..count].CopyTo(buffer);
        _ahead = _ahead[count..];
        if (_ahead.IsEmpty) Record = default;
        return ValueTask.FromResult(count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override void Flush() => _inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inner.Dispose();
        base.Dispose(disposing);
    }
}
