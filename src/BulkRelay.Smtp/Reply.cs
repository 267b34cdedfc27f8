using System.Text;

namespace BulkRelay.Smtp;

/// <summary>
/// A reply of the server (RFC 5321 section 4.2), ready to be sent. Fixed replies are made once and shared. What peers wrote may be put
/// into a text: control characters come out as blanks, so that a reply is always one reply.
/// </summary>
public sealed class Reply
{
    private readonly byte[] _octets;

    /// <param name="text">Code, enhanced status if there is one, and text: <c>250 2.1.0 Ok</c>.</param>
    /// <exception cref="ArgumentException">The text does not begin with a code of three digits.</exception>
    public Reply(string text)
    {
        Text = Clean(text);
        Code = CodeOf(Text);
        _octets = new byte[Encoding.UTF8.GetByteCount(Text) + 2];
        var length = Encoding.UTF8.GetBytes(Text, _octets);
        "\r\n"u8.CopyTo(_octets.AsSpan(length));
    }

    private Reply(int code, IReadOnlyList<string> texts)
    {
        Code = code;
        Text = Clean($"{code} {texts[0]}");
        var lines = texts.Select((text, i) => $"{code}{(i < texts.Count - 1 ? '-' : ' ')}{Clean(text)}\r\n");
        _octets = Encoding.UTF8.GetBytes(string.Concat(lines));
    }

    /// <summary>The code, 200 to 599.</summary>
    public int Code { get; }

    /// <summary>The first line without its line end, as a log shows it.</summary>
    public string Text { get; }

    /// <summary>True for 4xx and 5xx.</summary>
    public bool IsError => Code >= 400;

    /// <summary>All lines as they travel, CRLF included.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>A reply of several lines that share a code: <c>MultiLine(250, ["relay.test", "PIPELINING"])</c>.</summary>
    public static Reply MultiLine(int code, IReadOnlyList<string> texts) => new(code, texts);

    /// <summary>The texts of its lines, without code and line end.</summary>
    public IReadOnlyList<string> Lines() => [.. Encoding.UTF8.GetString(_octets).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(l => l[4..])];

    /// <summary>The same for clients that understand ASCII only: a blank for each octet beyond it.</summary>
    public Reply ToAscii() => Ascii.IsValid(_octets) ? this
        : new Reply(Code, [.. Encoding.Latin1.GetString(_octets).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(l => string.Concat(l[4..].Select(c => c <= '\x7F' ? c : ' ')))]);

    /// <summary>The same refusal for now: 5xx becomes 4xx, and an enhanced status of class 5 becomes one of class 4. Others stay as they are.</summary>
    public Reply ToTransient() => Code < 500 ? this
        : new Reply(Code - 100, [.. Lines().Select(l => l is ['5', '.', ..] ? $"4{l[1..]}" : l)]);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static int CodeOf(string text) => text.Length > 3 && text[3] == ' ' && text[0] is >= '2' and <= '5'
        && char.IsAsciiDigit(text[1]) && char.IsAsciiDigit(text[2])
            ? (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0')
            : throw new ArgumentException($"'{text}' is no reply", nameof(text));

    private static string Clean(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029') return Replace(text);
        }
        return text;
    }

    private static string Replace(string text) => string.Create(text.Length, text, static (cleaned, source) =>
    {
        for (var i = 0; i < cleaned.Length; i++) cleaned[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? ' ' : source[i];
    });
}
