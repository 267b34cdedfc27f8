namespace BulkRelay.Core.Ingress.Tls;

/// <summary>
/// A stream whose first TLS record was looked at before TLS reads it. TLS gets it from here; after that everything goes straight through.
/// </summary>
internal sealed class LookAheadStream : WrappedStream
{
    private const int HeaderLength = 5;
    private const int MaxRecord = 16 * 1024 + 256;

    private ReadOnlyMemory<byte> _ahead;

    private LookAheadStream(Stream inner, ReadOnlyMemory<byte> ahead) : base(inner)
    {
        _ahead = ahead;
        Record = ahead;
    }

    /// <summary>The record with its header; what came of it if it did not come whole, or is none.</summary>
    public ReadOnlyMemory<byte> Record { get; private set; }

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
        if (_ahead.IsEmpty) return Inner.ReadAsync(buffer, cancellationToken);
        var count = Math.Min(buffer.Length, _ahead.Length);
        _ahead[..count].CopyTo(buffer);
        _ahead = _ahead[count..];
        if (_ahead.IsEmpty) Record = default;
        return ValueTask.FromResult(count);
    }
}
