using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>A stream that writes the octets on the wire to the log, sixteen a line (<c>smtpd_tls_loglevel</c> 3 and 4): for debugging.</summary>
internal sealed class DumpStream(Stream inner, SmtpSession session) : Stream
{
    private const int OctetsPerLine = 16;

    /// <summary>True once nothing is written any more.</summary>
    public bool IsOff { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (!buffer.IsEmpty) Dump("read from", buffer.Span[..count]);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Dump("write to", buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void Dump(string what, ReadOnlySpan<byte> octets)
    {
        if (IsOff) return;
        session.Log.Info($"{what} {session.Client.NameAndAddress}: {octets.Length} bytes");
        for (var at = 0; at < octets.Length; at += OctetsPerLine)
            session.Log.Info($"{Line(at, octets[at..Math.Min(at + OctetsPerLine, octets.Length)])}");
    }

    private static string Line(int at, ReadOnlySpan<byte> octets)
    {
        var line = new StringBuilder().Append(at.ToString("x4", CultureInfo.InvariantCulture)).Append(' ');
        foreach (var octet in octets) line.Append(octet.ToString("x2", CultureInfo.InvariantCulture)).Append(' ');
        line.Append(' ', 3 * (OctetsPerLine - octets.Length) + 1);
        foreach (var octet in octets) line.Append(octet is >= (byte)' ' and < 127 ? (char)octet : '.');
        return line.ToString();
    }
}
