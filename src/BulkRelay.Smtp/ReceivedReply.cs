using System.Globalization;
using System.Text;

namespace BulkRelay.Smtp;

/// <summary>
/// A complete reply of an SMTP server (RFC 5321 section 4.2), as <see cref="ReplyParser"/> read it. Its text is safe to print: what
/// is not printable is <c>?</c>.
/// </summary>
public sealed class ReceivedReply
{
    /// <summary>The most characters in <see cref="Text"/>: it becomes a reason, which is stored and logged per recipient.</summary>
    public const int MaxTextLength = 2048;

    private readonly string[] _lines;

    internal ReceivedReply(int code, string[] lines)
    {
        Code = code;
        _lines = lines;
        EnhancedStatus = FindStatus(code, lines[^1]);
    }

    /// <summary>The reply code, 200 to 599.</summary>
    public int Code { get; }

    /// <summary>The first digit of the code, all that decides what a reply means: 2, 3, 4 or 5.</summary>
    public int Class => Code / 100;

    /// <summary>The lines as they came, with their codes, without CRLF.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>
    /// The enhanced status of the last line (RFC 2034), or null if there is none. One whose class is not that of the code is none:
    /// the code decides.
    /// </summary>
    public EnhancedStatus? EnhancedStatus { get; }

    /// <summary>The enhanced status, or <c>X.0.0</c> with the class of the code.</summary>
    public EnhancedStatus Status => EnhancedStatus ?? new EnhancedStatus(Class, 0, 0);

    /// <summary>All lines in one, separated by blanks, cut to <see cref="MaxTextLength"/>: <c>250 2.0.0 Ok: queued as 4F2A</c>.</summary>
    public string Text
    {
        get
        {
            var text = _lines.Length == 1 ? _lines[0] : string.Join(' ', _lines);
            return text.Length <= MaxTextLength ? text : text[..MaxTextLength];
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static string ToPrintable(ReadOnlySpan<byte> octets)
    {
        if (!octets.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return Encoding.ASCII.GetString(octets);
        var text = Encoding.UTF8.GetString(octets).ToCharArray();
        for (var i = 0; i < text.Length; i++)
            if (!IsPrintable(text[i])) text[i] = '?';
        return new string(text);
    }

    /// <summary>Control characters, invisible marks that change the direction of writing, and what was not UTF-8 are not printed.</summary>
    private static bool IsPrintable(char c) => c != '\uFFFD' && char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);

    private static EnhancedStatus? FindStatus(int code, string lastLine)
    {
        var text = lastLine.AsSpan(Math.Min(4, lastLine.Length)).TrimStart(' ');
        return Smtp.EnhancedStatus.TryParse(text, out var status, out _) && status.Class == code / 100 ? status : null;
    }
}
