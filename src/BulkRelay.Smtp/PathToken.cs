namespace BulkRelay.Smtp;

/// <summary>A word or a special character of a path. Its text without quotes lies in a buffer, beside that of its neighbours.</summary>
/// <param name="Kind"><see cref="Word"/>, <see cref="Comment"/>, or the special character.</param>
/// <param name="Start">Where its text begins; a comment has none.</param>
/// <param name="End">Where its text ends.</param>
internal readonly record struct PathToken(char Kind, int Start, int End)
{
    public const char Word = 'a';

    public const char Comment = '(';

    private const string Blanks = " \t\r\n\v\f";

    /// <summary>These stand for themselves; those that begin a quoted string, a literal or a comment come first.</summary>
    private const string Specials = "\"[(),.:;<>@|";

    /// <summary>Divides a path. Quotes and brackets without end go to the end of it.</summary>
    /// <param name="text">The path.</param>
    /// <param name="plain">Takes the texts, one character more than the path at most.</param>
    /// <param name="tokens">Takes the words, as many as there are characters at most.</param>
    /// <returns>How many words there are.</returns>
    public static int Split(ReadOnlySpan<char> text, Span<char> plain, Span<PathToken> tokens)
    {
        var (count, used, at) = (0, 0, 0);
        while (at < text.Length)
        {
            if (Blanks.Contains(text[at]))
            {
                at++;
                continue;
            }
            var (kind, start) = (text[at], used);
            if (kind == Comment) at = EndOfComment(text, at);
            else if (kind == '"') used += Unquote(text, ref at, '"', plain[used..]);
            else if (kind == '[') used += Literal(text, ref at, plain[used..]);
            else if (Specials.Contains(kind)) plain[used++] = text[at++];
            else used += Atom(text, ref at, plain[used..]);
            tokens[count++] = new PathToken(kind == Comment || Specials.IndexOf(kind) > 1 ? kind : Word, start, used);
        }
        return count;
    }

    /// <summary>The place behind a comment; comments may lie in it.</summary>
    private static int EndOfComment(ReadOnlySpan<char> text, int at)
    {
        var depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '(') depth++;
            else if (text[at] == ')' && --depth == 0) return at + 1;
        }
        return text.Length;
    }

    /// <summary>Takes what stands between a quote at <paramref name="at"/> and the next one.</summary>
    private static int Unquote(ReadOnlySpan<char> text, ref int at, char end, Span<char> plain)
    {
        var length = 0;
        for (at++; at < text.Length && text[at] != end; at++)
        {
            if (text[at] == '\\' && ++at == text.Length) break;
            plain[length++] = text[at];
        }
        at = Math.Min(at + 1, text.Length);
        return length;
    }

    /// <summary>Takes an address literal with its brackets; the last one may be missing.</summary>
    private static int Literal(ReadOnlySpan<char> text, ref int at, Span<char> plain)
    {
        plain[0] = '[';
        var length = Unquote(text, ref at, ']', plain[1..]) + 1;
        plain[length++] = ']';
        return length;
    }

    /// <summary>Takes characters up to a blank or a special one; behind a backslash any is an ordinary one.</summary>
    private static int Atom(ReadOnlySpan<char> text, ref int at, Span<char> plain)
    {
        var length = 0;
        while (at < text.Length && !Blanks.Contains(text[at]) && !Specials.Contains(text[at]))
        {
            if (text[at] == '\\' && ++at == text.Length) break;
            plain[length++] = text[at++];
        }
        return length;
    }
}
