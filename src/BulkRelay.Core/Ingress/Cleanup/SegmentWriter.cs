using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Writes a known number of octets into segments of the right size: none longer than allowed, the last no longer than needed.
/// </summary>
internal sealed class SegmentWriter(List<ReadOnlyMemory<byte>> segments, long total)
{
    private byte[] _current = [];
    private int _at;
    private long _left = total;

    /// <summary>Copies the octets. All writes together come to the announced total.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_at == _current.Length) Next();
            var count = Math.Min(octets.Length, _current.Length - _at);
            octets[..count].CopyTo(_current.AsSpan(_at));
            _at += count;
            octets = octets[count..];
        }
    }

    private void Next()
    {
        _current = GC.AllocateUninitializedArray<byte>((int)Math.Min(MessageContent.SegmentSize, _left));
        _left -= _current.Length;
        _at = 0;
        segments.Add(_current);
    }
}
