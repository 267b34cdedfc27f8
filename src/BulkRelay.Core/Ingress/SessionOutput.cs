using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>The replies that wait to be sent: those to pipelined commands leave together (RFC 2920 section 3.2).</summary>
internal sealed class SessionOutput(Stream stream)
{
    private Stream _stream = stream;
    private byte[] _buffer = new byte[512];
    private int _length;

    /// <summary>Keeps what is said, if somebody may want to know; null if not.</summary>
    public SessionTranscript? Transcript { get; init; }

    /// <summary>
    /// True once a write did not come to its end: part of it may have left. Nothing follows it, for it would be taken for the rest.
    /// </summary>
    public bool IsCutOff { get; private set; }

    /// <summary>True if there is nothing to send.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>Puts a reply at the end.</summary>
    public void Add(Reply reply)
    {
        Transcript?.AddReply(reply);
        var octets = reply.Octets;
        if (octets.Length > _buffer.Length - _length) Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + octets.Length));
        octets.CopyTo(_buffer.AsSpan(_length));
        _length += octets.Length;
    }

    /// <summary>From here on everything goes to another stream.</summary>
    public void WriteTo(Stream stream) => _stream = stream;

    /// <summary>Sends all that waits.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (_length == 0 || IsCutOff) return;
        IsCutOff = true;
        await _stream.WriteAsync(_buffer.AsMemory(0, _length), cancel);
        IsCutOff = false;
        _length = 0;
    }
}
