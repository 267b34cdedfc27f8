namespace BulkRelay.Core.Configuration;

/// <summary>One <c>name = value</c> and where it stands.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">The value before <c>$name</c> expansion, without white space at either end.</param>
/// <param name="File">The file, or <c>command line</c>, <c>environment</c> or <c>default</c>.</param>
/// <param name="Line">The line on which it begins, from 1; 0 where there are no lines.</param>
public sealed record Setting(string Name, string Value, string File, int Line)
{
    /// <summary>
    /// Splits <c>name = value</c> as Postfix does: blanks around the name and the value do not count, the name has none inside, and the
    /// value may be empty. Null and what is wrong if it is not of that form.
    /// </summary>
    public static Setting? TryParse(string text, string file, int line, out string? fault)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = (equals < 0 ? text : text[..equals]).Trim();
        fault = name.Length == 0 ? "missing attribute name"
            : equals < 0 || name.AsSpan().IndexOfAny(" \t\r\n") >= 0 ? "missing '=' after attribute name"
            : null;
        return fault is null ? new Setting(name, text[(equals + 1)..].Trim(), file, line) : null;
    }
}
