using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Smtp;

/// <summary>The right side of an address: a host name or an address literal (RFC 5321 section 4.1.2 and 4.1.3).</summary>
public static class DomainName
{
    /// <summary>The most octets of a domain, RFC 5321 section 4.5.3.1.2.</summary>
    public const int MaxLength = 255;

    private const int MaxLabel = 63;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>
    /// True for names with labels of letters, digits, hyphens and underscores (no hyphen at an edge of a label), and of characters above
    /// ASCII that are letters, digits or marks. All-numeric names are refused: <c>user@192.0.2.1</c> is no domain.
    /// </summary>
    public static bool IsHostName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength || !name.ContainsAnyExcept(Digits)) return false;
        foreach (var label in name.Split('.'))
        {
            if (!IsLabel(name[label])) return false;
        }
        return true;
    }

    /// <summary>True for <c>[192.0.2.1]</c> and <c>[IPv6:2001:db8::1]</c>, brackets included.</summary>
    public static bool IsAddressLiteral(ReadOnlySpan<char> literal) => TryParseLiteral(literal, out _);

    /// <summary>The address of a literal with its brackets.</summary>
    public static bool TryParseLiteral(ReadOnlySpan<char> literal, out IPAddress? address)
    {
        address = null;
        if (literal is not ['[', .. var inner, ']']) return false;
        var isV6 = inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
        if (isV6) inner = inner[5..];
        // The platform also reads "1.2.3" and "0x7f.1"; a literal is four decimal numbers.
        else if (inner.Count('.') != 3 || inner.ContainsAnyExcept(Digits)) return false;
        return !inner.Contains('%') && IPAddress.TryParse(inner, out address)
            && address.AddressFamily == (isV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty || label.Length > MaxLabel || label[0] == '-' || label[^1] == '-') return false;
        foreach (var c in label)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || c > '\x7F' && IsLetterAboveAscii(c))) return false;
        }
        return true;
    }

    private static bool IsLetterAboveAscii(char c) =>
        char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c is '\u200C' or '\u200D' or '\u00B7'
        || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
