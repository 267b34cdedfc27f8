using System.Buffers;
using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Makes a message fit for ways that carry 7 bits only, for it to be returned in a report: <c>message/rfc822</c> itself must not be encoded
/// (RFC 2046 section 5.2.1), so its parts are. Text becomes quoted-printable, words in headers become encoded words. What cannot be encoded
/// where it stands, which nothing well formed has, becomes <c>?</c>. One pass; whatever the message is, the result is ASCII.
/// </summary>
internal sealed class SevenBitMessage
{
    /// <summary>Multiparts within multiparts, and messages within messages, that are followed; deeper ones are taken for data.</summary>
    private const int MostDepth = 50;

    private readonly byte[] _message;
    private readonly ArrayBufferWriter<byte> _output;
    private readonly Stack<byte[]> _boundaries = new();
    private int _at;
    private int _messages;

    private SevenBitMessage(byte[] message)
    {
        _message = message;
        _output = new ArrayBufferWriter<byte>(message.Length + message.Length / 2 + 256);
    }

    /// <summary>The converted message.</summary>
    /// <param name="message">Lines that end in CRLF.</param>
    public static ReadOnlySpan<byte> From(byte[] message)
    {
        var conversion = new SevenBitMessage(message);
        conversion.Convert();
        return conversion._output.WrittenSpan;
    }

    private void Convert()
    {
        for (var isTop = true; _at < _message.Length; isTop = false) ConvertEntity(isTop);
    }

    /// <summary>An entity: its header, its body as far as that is no entity itself, and the boundaries behind it.</summary>
    private void ConvertEntity(bool isTop)
    {
        var header = MimeHeader.Read(_message, _at, EndOfBody(_at));
        _at = header.End;
        if (header.IsMessage && _messages++ < MostDepth)
        {
            Write(header, encoding: null, isTop: false);
            return;
        }
        var body = _message.AsSpan(_at, EndOfBody(_at) - _at);
        var is8Bit = !Ascii.IsValid(body);
        if (header.Boundary is { } boundary && _boundaries.Count < MostDepth)
        {
            Write(header, encoding: null, isTop: false);
            _boundaries.Push(boundary);
            CopyToEntity();
            return;
        }
        var encodes = is8Bit && header is { IsEncoded: false, IsComposite: false };
        Write(header, encodes ? Label(header, body) : null, isTop && encodes);
        if (encodes) QuotedPrintable.Write(_output, body);
        else if (header.IsQuotedPrintable) WriteQuoted(body);
        else WriteMasked(body);
        _at += body.Length;
        CopyToEntity();
    }

    /// <summary>
    /// Copies what stands between entities: what comes before a boundary, the boundary, and what comes behind a last one.
    /// </summary>
    private void CopyToEntity()
    {
        while (_at < _message.Length)
        {
            var line = Line(_at);
            WriteMasked(line);
            _at += line.Length;
            if (!MatchBoundary(line, out var depth, out var isLast)) continue;
            for (; depth > 0; depth--) _boundaries.Pop();
            if (!isLast) return;
            _boundaries.Pop();
        }
    }

    /// <summary>Where the next boundary stands that is open; the end of the message if there is none.</summary>
    private int EndOfBody(int at)
    {
        if (_boundaries.Count == 0) return _message.Length;
        while (at < _message.Length)
        {
            var line = Line(at);
            if (MatchBoundary(line, out _, out _)) return at;
            at += line.Length;
        }
        return at;
    }

    /// <summary>Whether a line is a boundary; of which multipart, counted from the innermost; and whether it is that one's last.</summary>
    private bool MatchBoundary(ReadOnlySpan<byte> line, out int depth, out bool isLast)
    {
        (depth, isLast) = (0, false);
        if (!line.StartsWith("--"u8)) return false;
        foreach (var boundary in _boundaries)
        {
            if (line[2..].StartsWith(boundary))
            {
                var rest = line[(2 + boundary.Length)..].TrimEnd(" \t\r\n"u8);
                isLast = rest.SequenceEqual("--"u8);
                if (isLast || rest.IsEmpty) return true;
            }
            depth++;
        }
        return false;
    }

    /// <summary>A line with its end.</summary>
    private ReadOnlySpan<byte> Line(int at)
    {
        var rest = _message.AsSpan(at);
        var end = rest.IndexOf((byte)'\n');
        return end < 0 ? rest : rest[..(end + 1)];
    }

    /// <summary>The fields that say how the body is encoded now.</summary>
    private static string Label(MimeHeader header, ReadOnlySpan<byte> body) =>
        (header.HasType ? "" : $"Content-Type: text/plain; charset={EncodedWord.CharsetOf(body)}\r\n")
            + "Content-Transfer-Encoding: quoted-printable\r\n";

    /// <summary>Writes a header without the encodings that do not hold any more, and with those that do.</summary>
    private void Write(MimeHeader header, string? encoding, bool isTop)
    {
        foreach (var field in header.Fields)
        {
            if (field.IsEncoding && !header.IsEncoded) continue;
            var lines = _message.AsSpan(field.Start, field.Length);
            if (Ascii.IsValid(lines)) _output.Write(lines);
            else if (field.IsOfContent) WriteMasked(lines);
            else WriteField(lines);
        }
        if (isTop && !header.HasVersion) _output.Write("MIME-Version: 1.0\r\n"u8);
        if (encoding is not null) _output.Write(Encoding.ASCII.GetBytes(encoding));
        if (header.HasBody) _output.Write("\r\n"u8);
    }

    private void WriteField(ReadOnlySpan<byte> field)
    {
        for (var isFirst = true; !field.IsEmpty; isFirst = false)
        {
            var end = field.IndexOf("\r\n"u8);
            var line = end < 0 ? field : field[..end];
            var at = isFirst ? line.IndexOf((byte)':') + 1 : 0;
            WriteMasked(line[..at]);
            EncodedWord.WriteLine(_output, line[at..]);
            _output.Write("\r\n"u8);
            field = end < 0 ? [] : field[(end + 2)..];
        }
    }

    /// <summary>What is quoted-printable already and yet holds octets above 127.</summary>
    private void WriteQuoted(ReadOnlySpan<byte> body)
    {
        Span<byte> quoted = stackalloc byte[3];
        while (body.IndexOfAnyExceptInRange((byte)0, (byte)127) is var at and >= 0)
        {
            _output.Write(body[..at]);
            QuotedPrintable.EncodeOctet(body[at], quoted);
            _output.Write(quoted);
            body = body[(at + 1)..];
        }
        _output.Write(body);
    }

    private void WriteMasked(ReadOnlySpan<byte> octets)
    {
        var to = _output.GetSpan(octets.Length);
        for (var i = 0; i < octets.Length; i++) to[i] = octets[i] < 128 ? octets[i] : (byte)'?';
        _output.Advance(octets.Length);
    }
}
