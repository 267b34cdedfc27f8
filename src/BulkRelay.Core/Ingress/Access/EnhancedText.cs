using BulkRelay.Core.Ingress.Restrictions;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>Texts that may begin with an enhanced status, <c>5.1.1 no such user</c>: of access tables, DNS lists, policy services.</summary>
internal static class EnhancedText
{
    /// <summary>Replacements of the last part of <c>x.1.n</c>, by <c>n</c>: what it is for a sender, and for a recipient.</summary>
    private static readonly (string Sender, string Recipient)[] ByAddressPart =
    [
        ("0", "0"), ("7", "1"), ("8", "2"), ("7", "3"), ("7", "4"), ("0", "5"), ("7", "6"), ("7", "3"), ("8", "2"),
    ];

    /// <summary>The status at the beginning of a text, or null; and the text behind it.</summary>
    public static string? Split(string text, out string rest)
    {
        var length = StatusLength(text);
        rest = text[length..].TrimStart();
        return length > 0 ? text[..length] : null;
    }

    /// <summary>
    /// A status about an address as it is right for what is refused: of a sender for a recipient and the other way round, and <c>x.0.0</c>
    /// where it is no address at all. Tables are used for both.
    /// </summary>
    /// <param name="status">The status.</param>
    /// <param name="targetClass">What is refused: <see cref="AccessTarget.Class"/>.</param>
    public static string Fit(string status, string targetClass)
    {
        if (status.Length < 4 || !status.AsSpan(1).StartsWith(".1.")) return status;
        if (targetClass is not (AccessTarget.SenderClass or AccessTarget.RecipientClass)) return $"{status[0]}.0.0";
        var part = status.Length == 5 && status[4] is >= '1' and <= '8' ? status[4] - '0' : 0;
        var (sender, recipient) = ByAddressPart[part];
        return $"{status[0]}.1.{(targetClass == AccessTarget.SenderClass ? sender : recipient)}";
    }

    private static int StatusLength(string text)
    {
        if (text is not ([('2' or '4' or '5'), '.', ..])) return 0;
        var subject = DigitsAt(text, 2);
        if (subject is 0 or > 3 || text.Length <= 2 + subject || text[2 + subject] != '.') return 0;
        var detail = DigitsAt(text, 3 + subject);
        var end = 3 + subject + detail;
        return detail is 0 or > 3 || (end < text.Length && !char.IsWhiteSpace(text[end])) ? 0 : end;
    }

    private static int DigitsAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - start;
    }
}
