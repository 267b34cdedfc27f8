using System.Globalization;
using System.Text;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Values of RFC 3461 as a report shows them: decoded. What they decode to is anything, so they are written through <see
/// cref="ReportText"/> only.
/// </summary>
internal static class OriginalRecipient
{
    /// <summary>The value of Original-Recipient: what the sender said of it (ORCPT), or the address that he gave.</summary>
    public static string Of(QueuedRecipient recipient) =>
        Decode(recipient.Orcpt) ?? $"{(Ascii.IsValid(recipient.Address) ? "rfc822" : "utf-8")};{recipient.Address}";

    /// <summary>The value of Original-Recipient for an ORCPT (<c>rfc822;xtext</c>); null if it is not of that form.</summary>
    public static string? Decode(string orcpt)
    {
        var semicolon = orcpt.IndexOf(';');
        if (semicolon <= 0 || semicolon == orcpt.Length - 1) return null;
        var type = orcpt[..semicolon];
        if (!type.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) return null;
        var address = DecodeXtext(orcpt[(semicolon + 1)..]);
        return $"{type};{(type.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? DecodeUnicode(address) : address)}";
    }

    /// <summary>Decodes <c>+HH</c> (RFC 3461 section 4); what is not well formed stays as it is.</summary>
    public static string DecodeXtext(string xtext)
    {
        var text = new StringBuilder(xtext.Length);
        for (var i = 0; i < xtext.Length; i++)
        {
            if (xtext[i] == '+' && i + 2 < xtext.Length && TryHex(xtext.AsSpan(i + 1, 2), out var octet))
            {
                text.Append((char)octet);
                i += 2;
            }
            else text.Append(xtext[i]);
        }
        return text.ToString();
    }

    /// <summary>Decodes <c>\x{HEX}</c> (RFC 6533 section 3); what is not well formed stays as it is.</summary>
    private static string DecodeUnicode(string address)
    {
        var text = new StringBuilder(address.Length);
        for (var i = 0; i < address.Length; i++)
        {
            var end = address.AsSpan(i).StartsWith(@"\x{", StringComparison.Ordinal) ? address.IndexOf('}', i) : -1;
            if (end > 0 && TryHex(address.AsSpan(i + 3, end - i - 3), out var code) && Rune.IsValid(code))
            {
                text.Append(new Rune(code).ToString());
                i = end;
            }
            else text.Append(address[i]);
        }
        return text.ToString();
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out int value)
    {
        value = 0;
        return digits.Length <= 6 && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
