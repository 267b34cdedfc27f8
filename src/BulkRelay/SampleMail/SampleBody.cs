using System.Globalization;
using System.Text;

namespace BulkRelay.Server.SampleMail;

/// <summary>
/// Bodies that tempt a relay to change them: lines that begin with a dot and long stretches without one, lines as long as SMTP allows,
/// octets over 127, text that reads as SMTP, HTML.
/// </summary>
internal static class SampleBody
{
    /// <summary>The longest line that RFC 5321 4.5.3.1.6 allows, without its CRLF: longer ones may be folded on the way.</summary>
    private const int LongestLine = 998;

    /// <summary>The longest stretch without a dot at the start of a line: over every buffer on the way.</summary>
    private const int LongestStretch = 20 * 1024;

    /// <summary>Pieces that begin with a dot. All pieces are whole lines.</summary>
    private static readonly byte[][] Dotted =
    [
        Text("."),
        Text("..", "...", ".", "....", "."),
        Text(". a dot and a blank", ".\ta dot and a tab"),
        Text([.. Enumerable.Range(1, 60).Select(n => new string('.', n))]),
        Text(new string('.', LongestLine)),
        Text(".button {", "  color: #fff; background: #06c;", "}", ".button:hover { background: #048; }"),
        Text(".", "RSET", "MAIL FROM:<forged@forged.test>", "RCPT TO:<victim@forged.test>", "DATA", "Subject: forged", "",
             "This was never sent.", ".", "QUIT"),
    ];

    /// <summary>Pieces in which no line begins with a dot.</summary>
    private static readonly byte[][] Plain =
    [
        Text([.. Enumerable.Repeat("Dear reader, this line is here to make the message as long as real ones are.", 12)]),
        Text("<!DOCTYPE html>", "<html><head><title>News</title><style>", "body { font: 16px/1.5 sans-serif; }", "</style></head>",
            "<body><table>"),
        Text([.. Enumerable.Range(1, 8).Select(n => string.Create(CultureInfo.InvariantCulture,
            $"<tr><td class=\"item\"><a href=\"https://campaign.test/a?n={n}&amp;r=%2e\">Offer {n}.</a></td><td>{n},99&nbsp;EUR</td>"))]),
        Text(new string('x', LongestLine)),
        Text(string.Concat(Enumerable.Repeat("<td>.</td>", LongestLine / 10))),
        Text("Grüße aus Köln, žluťoučký kůň, Здравствуйте, 日本語のお知らせ, \U0001F4E8."),
        Octets(),
        Base64Lines(),
        Text("Soft line breaks are at the end of lines=", " that were too long=2E", "=2E is an encoded dot =3D",
            "and blanks at the end=20"),
        Text("", "From the start of a line", "trailing blanks   ", "\t", "", ">From quoted", ""),
        Text("EHLO inside.test", "MAIL FROM:<inside@campaign.test>", "RCPT TO:<inside@dest.test>", "DATA",
            "250 2.0.0 Ok", "354 go on", "QUIT"),
    ];

    /// <summary>A body of about <paramref name="size"/> octets, its last line end included.</summary>
    public static byte[] Create(Random random, int size)
    {
        using var body = new MemoryStream(size + LongestStretch);
        var hasDots = random.Next(4) > 0;
        while (body.Length < size)
        {
            if (hasDots) body.Write(Dotted[random.Next(Dotted.Length)]);
            // As many short stretches as long ones.
            var stretch = body.Length + (long)Math.Pow(LongestStretch, random.NextDouble());
            while (body.Length < Math.Min(stretch, size)) body.Write(Plain[random.Next(Plain.Length)]);
        }
        return Ended(body.GetBuffer().AsSpan(0, size));
    }

    /// <summary>What was cut anywhere, with a line end at its end.</summary>
    private static byte[] Ended(ReadOnlySpan<byte> text) => text switch
    {
        [.., (byte)'\r', (byte)'\n'] => [.. text],
        [.., (byte)'\r'] => [.. text, (byte)'\n'],
        _ => [.. text, (byte)'\r', (byte)'\n'],
    };

    private static byte[] Text(params IReadOnlyList<string> lines) =>
        Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n")));

    /// <summary>Every octet over 127, as no character set has them.</summary>
    private static byte[] Octets() => [.. Enumerable.Range(128, 128).Select(n => (byte)n), .. "\r\n"u8];

    private static byte[] Base64Lines()
    {
        var octets = new byte[57 * 12];
        new Random(1).NextBytes(octets);
        return Text([.. octets.Chunk(57).Select(Convert.ToBase64String)]);
    }
}
