using System.Buffers;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// Makes the lines of a local file canonical: LF, CR LF and a lone CR all become CR LF, and the last line gets one. NUL is noted.
/// </summary>
internal sealed class LineEndings(IBufferWriter<byte> output)
{
    private bool _afterCr;
    private bool _isInLine;

    /// <summary>True once a NUL has come, which no mail may hold.</summary>
    public bool HasNul { get; private set; }

    /// <summary>Takes the next octets.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        HasNul |= octets.Contains((byte)0);
        while (!octets.IsEmpty)
        {
            if (_afterCr && octets[0] == '\n')
            {
                octets = octets[1..];
                _afterCr = false;
                continue;
            }
            _afterCr = false;
            var end = octets.IndexOfAny((byte)'\r', (byte)'\n');
            output.Write(end < 0 ? octets : octets[..end]);
            _isInLine = end < 0;
            if (end < 0) return;
            output.Write("\r\n"u8);
            _afterCr = octets[end] == '\r';
            octets = octets[(end + 1)..];
        }
    }

    /// <summary>There is no more.</summary>
    public void Complete()
    {
        if (_isInLine) output.Write("\r\n"u8);
        _isInLine = false;
    }
}
