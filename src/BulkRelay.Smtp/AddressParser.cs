using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace BulkRelay.Smtp;

/// <summary>The grammar of <see cref="EmailAddress"/>, in one pass over at most <see cref="EmailAddress.MaxLength"/> characters.</summary>
internal static class AddressParser
{
    private static readonly SearchValues<char> DotString =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.");

    public static bool TryParse(ReadOnlySpan<byte> octets, out EmailAddress address)
    {
        address = default;
        if (octets.Length > EmailAddress.MaxLength) return false;
        Span<char> text = stackalloc char[EmailAddress.MaxLength];
        return Utf8.ToUtf16(octets, text, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done
            && TryParse(text[..length], out address);
    }

    public static bool TryParse(ReadOnlySpan<char> text, out EmailAddress address)
    {
        address = default;
        if (text.IsEmpty) return true;
        if (text.Length > EmailAddress.MaxLength) return false;
        if (text[0] == '@' && !TryDropSourceRoute(ref text)) return false;
        var at = LastUnquotedAt(text);
        return at >= -1 && TryReadDomain(text, at, out var domain) && TryFinish(at < 0 ? text : text[..at], domain, out address);
    }

    /// <summary>
    /// Reads an address whose quotes have been taken off already. The last <c>@</c> divides it, whatever quotes may have been around that:
    /// who is to have the mail must not depend on who reads the address (Postfix: resolve_dequoted_address).
    /// </summary>
    public static bool TryParsePlain(ReadOnlySpan<char> text, out EmailAddress address)
    {
        address = default;
        if (text.IsEmpty) return true;
        if (text.Length > EmailAddress.MaxLength || text[0] == '-') return false;
        if (text is [.. var before, '@'] && before.Contains('@')) text = before;
        var at = text.LastIndexOf('@');
        foreach (var c in at < 0 ? text : text[..at])
        {
            if (!IsHarmless(c)) return false;
        }
        return TryReadDomain(text, at, out var domain) && TryWrite(at < 0 ? text : text[..at], domain, out address);
    }

    /// <summary>The domain behind the <c>@</c> at a place, without a dot at its end; empty if there is no <c>@</c>. False if it is none.</summary>
    private static bool TryReadDomain(ReadOnlySpan<char> text, int at, out ReadOnlySpan<char> domain)
    {
        domain = at < 0 ? default : text[(at + 1)..];
        if (domain is [_, .., '.']) domain = domain[..^1];
        return at < 0 || DomainName.IsHostName(domain) || DomainName.IsAddressLiteral(domain);
    }

    /// <summary><c>@a,@b:user@c</c>: RFC 5321 appendix C asks to ignore the route.</summary>
    private static bool TryDropSourceRoute(ref ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0 || text[..colon].Contains('"')) return false;
        text = text[(colon + 1)..];
        return !text.IsEmpty;
    }

    /// <summary>-1 if there is none, -2 if a quoted string does not end.</summary>
    private static int LastUnquotedAt(ReadOnlySpan<char> text)
    {
        var at = -1;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            else if (text[i] == '\\' && quoted) i++;
            else if (text[i] == '@' && !quoted) at = i;
        }
        return quoted ? -2 : at;
    }

    private static bool TryFinish(ReadOnlySpan<char> local, ReadOnlySpan<char> domain, out EmailAddress address)
    {
        address = default;
        Span<char> plain = stackalloc char[EmailAddress.MaxLength];
        if (local.IsEmpty || !TryUnquote(local, plain, out var length)) return false;
        plain = plain[..length];
        // An empty local part has to be quoted, and needs a domain to be somebody.
        return plain is not ['-', ..] && (length > 0 || !domain.IsEmpty) && TryWrite(plain, domain, out address);
    }

    private static bool TryWrite(ReadOnlySpan<char> plain, ReadOnlySpan<char> domain, out EmailAddress address)
    {
        address = default;
        Span<char> written = stackalloc char[2 * EmailAddress.MaxLength + 4];
        var localLength = Write(plain, written);
        var total = localLength;
        if (!domain.IsEmpty)
        {
            written[total++] = '@';
            domain.CopyTo(written[total..]);
            total += domain.Length;
        }
        if (total > EmailAddress.MaxLength) return false;
        address = new EmailAddress(new string(written[..total]), localLength);
        return true;
    }

    /// <summary>Takes the quotes off and checks each character. Outside quotes the specials of RFC 5322 but <c>. : @</c> are refused.</summary>
    private static bool TryUnquote(ReadOnlySpan<char> local, Span<char> plain, out int length)
    {
        length = 0;
        var quoted = false;
        for (var i = 0; i < local.Length; i++)
        {
            var c = local[i];
            if (c == '"')
            {
                quoted = !quoted;
                continue;
            }
            if (c == '\\' && quoted)
            {
                if (++i == local.Length) return false;
                c = local[i];
            }
            else if (!quoted && c is ' ' or '(' or ')' or '<' or '>' or '[' or ']' or '\\' or ',' or ';') return false;
            if (!IsHarmless(c)) return false;
            plain[length++] = c;
        }
        return !quoted;
    }

    /// <summary>No control characters, line separators or marks that reorder text: none of these may reach a header, a log or a command.</summary>
    private static bool IsHarmless(char c) => c <= '\x7F'
        ? c is >= ' ' and < '\x7F'
        : c is '\u200C' or '\u200D' || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);

    private static int Write(ReadOnlySpan<char> plain, Span<char> written)
    {
        if (IsDotString(plain))
        {
            plain.CopyTo(written);
            return plain.Length;
        }
        var at = 0;
        written[at++] = '"';
        foreach (var c in plain)
        {
            if (c is '"' or '\\') written[at++] = '\\';
            written[at++] = c;
        }
        written[at++] = '"';
        return at;
    }

    private static bool IsDotString(ReadOnlySpan<char> plain)
    {
        if (plain is [] or ['.', ..] or [.., '.'] || plain.Contains("..", StringComparison.Ordinal)) return false;
        if (!plain.ContainsAnyExcept(DotString)) return true;
        foreach (var c in plain)
        {
            if (c <= '\x7F' && !DotString.Contains(c)) return false;
        }
        return true;
    }
}
