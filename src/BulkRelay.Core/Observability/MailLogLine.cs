using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace BulkRelay.Core.Observability;

/// <summary>
/// The text of one log line, formatted straight to UTF-8 in a buffer of the thread. What comes from peers may be put in raw: control
/// characters, invisible direction marks and broken UTF-8 are replaced by <c>?</c> when the line is taken, so one call is one line.
/// </summary>
[InterpolatedStringHandler]
public ref struct MailLogLine
{
    /// <summary>The most octets in one line; the rest is cut off.</summary>
    public const int MaxLength = 8 * 1024;

    [ThreadStatic]
    private static byte[]? _threadBuffer;

    private readonly byte[] _buffer;
    private int _length;

    public MailLogLine(int literalLength, int formattedCount)
    {
        _ = literalLength + formattedCount;
        _buffer = _threadBuffer ??= new byte[MaxLength];
    }

    public void AppendLiteral(string text) => AppendFormatted(text.AsSpan());

    public void AppendFormatted(string? text) => AppendFormatted(text.AsSpan());

    public void AppendFormatted(ReadOnlySpan<char> text)
    {
        // What does not fit is cut off; it is no fault, not even when there is no room left at all.
        Utf8.FromUtf16(text, _buffer.AsSpan(_length), out _, out var written);
        _length += written;
    }

    public void AppendFormatted(ReadOnlySpan<byte> octets)
    {
        var part = octets[..Math.Min(octets.Length, _buffer.Length - _length)];
        part.CopyTo(_buffer.AsSpan(_length));
        _length += part.Length;
    }

    public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

    public void AppendFormatted<T>(T value, string? format)
    {
        if (value is IUtf8SpanFormattable formattable)
        {
            if (formattable.TryFormat(_buffer.AsSpan(_length), out var written, format, System.Globalization.CultureInfo.InvariantCulture)) _length += written;
        }
        else AppendFormatted(value?.ToString());
    }

    /// <summary>The finished octets, safe to print. Valid until the thread formats its next line.</summary>
    internal readonly ReadOnlySpan<byte> Take() => LogText.MakePrintable(_buffer.AsSpan(0, _length));
}
