using System.Text;
using BulkRelay.Core.Observability;

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

    /// <summary>The octets so far.</summary>
    public byte[] ToOctets() => Encoding.UTF8.GetBytes(_text.ToString());

    private string Safe(string value) => MakeSafe(value, isUtf8);

    /// <summary>The value as a line of a report may hold it.</summary>
    public static string MakeSafe(string value, bool isUtf8)
    {
        if (isUtf8) return Encoding.UTF8.GetString(LogText.MakePrintable(Encoding.UTF8.GetBytes(value)));
        return string.Create(value.Length, value, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] is >= ' ' and <= '~' ? from[i] : '?';
        });
    }
}
