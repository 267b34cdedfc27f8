using System.Globalization;

namespace BulkRelay.Smtp;

/// <summary>An enhanced mail system status code, <c>class.subject.detail</c> (RFC 3463). Class is 2, 4 or 5; the others 0 to 999.</summary>
public readonly record struct EnhancedStatus(int Class, int Subject, int Detail)
{
    /// <summary>True for 4.x.x: the same attempt may succeed later.</summary>
    public bool IsTransient => Class == 4;

    /// <summary>True for 5.x.x: the same attempt will not succeed.</summary>
    public bool IsPermanent => Class == 5;

    /// <summary>The same subject and detail in another class, as when <c>soft_bounce</c> turns 5.x.x into 4.x.x.</summary>
    public EnhancedStatus WithClass(int newClass) => this with { Class = newClass };

    /// <summary>
    /// Reads a code at the start of <paramref name="text"/>. The code must end at a blank or at the end of the text.
    /// <paramref name="length"/> is the number of characters it takes, the blank not counted.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatus status, out int length)
    {
        status = default;
        length = text.IndexOf(' ') is var blank and >= 0 ? blank : text.Length;
        Span<Range> parts = stackalloc Range[4];
        var code = text[..length];
        if (code.Split(parts, '.') != 3
            || !TryNumber(code[parts[0]], out var @class) || @class is not (2 or 4 or 5)
            || !TryNumber(code[parts[1]], out var subject) || !TryNumber(code[parts[2]], out var detail))
        {
            length = 0;
            return false;
        }
        status = new EnhancedStatus(@class, subject, detail);
        return true;
    }

    /// <summary>Reads a whole text that is nothing but a code.</summary>
    /// <exception cref="FormatException">The text is not a status code.</exception>
    public static EnhancedStatus Parse(string text) =>
        TryParse(text, out var status, out var length) && length == text.Length
            ? status : throw new FormatException($"'{text}' is not an enhanced status code");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && digits.Length <= 3;
}
