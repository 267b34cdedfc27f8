namespace BulkRelay.Smtp;

/// <summary>
/// A word of a command as Postfix's smtpd divides them: it ends at a blank, but not at one between quotes or angle brackets.
/// </summary>
public readonly ref struct CommandToken
{
    private CommandToken(ReadOnlySpan<byte> text, bool isComplete)
    {
        Text = text;
        IsComplete = isComplete;
    }

    /// <summary>The word as written, with its quotes and brackets.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>False if a quote or bracket in it has no end; it goes to the end of the line then.</summary>
    public bool IsComplete { get; }

    /// <summary>Takes the next word from the text. False if there is none.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> text, out CommandToken token)
    {
        text = text.TrimStart(" \t"u8);
        var (end, isComplete) = (0, true);
        while (end < text.Length && isComplete && text[end] is not ((byte)' ' or (byte)'\t'))
        {
            if (text[end] is (byte)'<' or (byte)'"') isComplete = TrySkip(text, ref end);
            else end++;
        }
        token = new CommandToken(text[..end], isComplete);
        text = text[end..];
        return end > 0;
    }

    /// <summary>
    /// Goes behind what the bracket or quote at <paramref name="at"/> begins, or to the end of the text if it has no end. Brackets may lie
    /// in one another, and quotes in brackets; of those only the number counts, as nothing but a quote ends a quote.
    /// </summary>
    private static bool TrySkip(ReadOnlySpan<byte> text, ref int at)
    {
        var (brackets, isQuoted) = (0, false);
        do
        {
            switch (text[at])
            {
                case (byte)'\\':
                    at++;
                    break;
                case (byte)'"':
                    isQuoted = !isQuoted;
                    break;
                case (byte)'<' when !isQuoted:
                    brackets++;
                    break;
                case (byte)'>' when !isQuoted:
                    brackets--;
                    break;
            }
            at++;
            if (brackets == 0 && !isQuoted) return at <= text.Length;
        }
        while (at < text.Length);
        at = text.Length;
        return false;
    }
}
