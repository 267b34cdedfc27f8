using System.Buffers;
using System.Text.Unicode;

namespace BulkRelay.Smtp;

/// <summary>
/// Reads the path of MAIL, RCPT and VRFY as Postfix does: as an address of RFC 822, with all that people write around and into one. Names
/// before the brackets, missing brackets, comments, blanks at dots, groups of one, and source routes are taken off; what is left is
/// checked as <see cref="EmailAddress"/> wants it.
/// </summary>
public static class EnvelopePath
{
    /// <summary>The most octets of a path with all that stands around the address.</summary>
    private const int MaxLength = 2 * EmailAddress.MaxLength;

    /// <summary>What makes a path more than an address between brackets.</summary>
    private static readonly SearchValues<byte> Special = SearchValues.Create(" \t\r\n\v\f()<>[],;:\\\""u8);

    /// <summary>Reads a path. An empty one is the null path.</summary>
    /// <param name="path">The path, with its brackets if it has some.</param>
    /// <param name="isStrict">True to take nothing but an address between brackets (<c>strict_rfc821_envelopes</c>).</param>
    /// <param name="address">The address.</param>
    public static bool TryParse(ReadOnlySpan<byte> path, bool isStrict, out EmailAddress address)
    {
        // Nearly all paths are like that.
        if (path is [(byte)'<', .. var inner, (byte)'>'] && !inner.ContainsAny(Special) && inner is not ([(byte)'@', ..] or [.., (byte)'@']))
            return AddressParser.TryParse(inner, out address);
        address = default;
        if (path.Length > MaxLength || isStrict && path is not [(byte)'<', ..]) return false;
        Span<char> text = stackalloc char[MaxLength];
        return Utf8.ToUtf16(path, text, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done
            && TryParse(text[..length], isStrict, out address);
    }

    private static bool TryParse(ReadOnlySpan<char> text, bool isStrict, out EmailAddress address)
    {
        address = default;
        if (text is ['<', .. var inner, '>']) text = inner;
        // RFC 5321 appendix C asks to ignore a source route.
        while (text is ['@', ..] && text.IndexOf(':') is >= 0 and var colon) text = text[(colon + 1)..];
        Span<char> plain = stackalloc char[MaxLength + 1];
        Span<PathToken> tokens = stackalloc PathToken[MaxLength];
        var count = PathToken.Split(text, plain, tokens);
        var forms = new AddressForms(tokens[..count]);
        if (forms.Count > 1 || isStrict && forms.HasMore) return false;
        var found = plain[forms.Start..forms.End];
        return !(isStrict && found is ['@', ..]) && AddressParser.TryParsePlain(found, out address);
    }
}
