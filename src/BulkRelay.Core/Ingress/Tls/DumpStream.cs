using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>A stream that writes the octets on the wire to the log, sixteen a line (<c>smtpd_tls_loglevel</c> 3 and 4): for debugging.</summary>
internal sealed class DumpStream(Stream inner, SmtpSession session) : WrappedStream(inner)
{
    private const int OctetsPerLine = 16;

    /// <summary>True once nothing is written any more.</summary>
    public bool IsOff { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await Inner.ReadAsync(buffer, cancellationToken);
        if (!buffer.IsEmpty) Dump("read from", buffer.Span[..count]);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Dump("write to", buffer.Span);
        return Inner.WriteAsync(buffer, cancellationToken);
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
