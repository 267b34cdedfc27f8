using System.Buffers;
using System.Text;
using BulkRelay.Core.Observability;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// The lines of a report as they are written. Whatever a peer or a client had a say in goes through here: control characters become
/// <c>?</c> (no line of a report can be made by others), and so does what is not ASCII unless the report may hold UTF-8.
/// </summary>
internal sealed class ReportText(bool isUtf8)
{
    /// <summary>Lines are folded at this width, as in Postfix: mail is read in windows of 80 columns.</summary>
    private const int Width = 79;

    /// <summary>A word longer than this is cut: RFC 5321 allows 998 octets in a line, and a character may take four.</summary>
    private const int MaxWord = 240;

    private const string Indent = "    ";

    private readonly StringBuilder _text = new();

    /// <summary>Writes a line of our own words.</summary>
    public ReportText Line(string line = "")
    {
        _text.Append(line).Append("\r\n");
        return this;
    }

    /// <summary>Writes a value of others on one line, made safe.</summary>
    public ReportText Line(string prefix, string value) => Line(prefix + Safe(value));

    /// <summary>Writes a value of others, made safe and folded at blanks: <c>Name: text</c>, and further lines indented.</summary>
    public ReportText Folded(string prefix, string value)
    {
        _text.Append(prefix);
        var column = prefix.Length;
        var isFirst = true;
        foreach (var word in Safe(value).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(w => w.Chunk(MaxWord)))
        {
            if (!isFirst)
            {
                var fits = column + 1 + word.Length <= Width;
                _text.Append(fits ? " " : "\r\n" + Indent);
                column = fits ? column + 1 : Indent.Length;
            }
            _text.Append(word);
            column += word.Length;
            isFirst = false;
        }
        return Line();
    }

    /// <summary>
    /// Writes a part: its header and the body, which is encoded where it is not ASCII, as a report has to arrive whatever the way back can
    /// carry.
    /// </summary>
    /// <param name="boundary">What stands before it.</param>
    /// <param name="description">Content-Description.</param>
    /// <param name="type">Content-Type.</param>
    /// <param name="body">Its lines.</param>
    public ReportText Part(string boundary, string description, string type, ReadOnlySpan<byte> body)
    {
        Line($"--{boundary}").Line($"Content-Description: {description}").Line($"Content-Type: {type}");
        if (Ascii.IsValid(body))
        {
            Line()._text.Append(Encoding.ASCII.GetString(body));
            return this;
        }
        var encoded = new ArrayBufferWriter<byte>(2 * body.Length);
        QuotedPrintable.Write(encoded, body);
        Line("Content-Transfer-Encoding: quoted-printable").Line()._text.Append(Encoding.ASCII.GetString(encoded.WrittenSpan));
        return this;
    }

    /// <summary>The octets so far.</summary>
    public byte[] ToOctets() => Encoding.UTF8.GetBytes(_text.ToString());

    private string Safe(string value)
    {
        if (!isUtf8) return string.Create(value.Length, value, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
        var octets = Encoding.UTF8.GetBytes(value);
        return Encoding.UTF8.GetString(LogText.MakePrintable(octets));
    }
}
