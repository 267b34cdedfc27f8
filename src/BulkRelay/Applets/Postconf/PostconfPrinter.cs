namespace BulkRelay.Server.Applets.Postconf;

/// <summary>Lines in the form of Postfix's <c>postconf</c>: one blank between words, and with <c>-f</c> folded before column 80.</summary>
internal sealed class PostconfPrinter(TextWriter output, bool fold)
{
    /// <summary>Lines are folded so that they stay shorter than this.</summary>
    public const int LineLimit = 80;

    /// <summary>What a continued line begins with.</summary>
    public const string Indent = "    ";

    /// <summary>Whether long lines are folded.</summary>
    public bool Fold => fold;

    /// <summary>Where the lines go.</summary>
    public TextWriter Output => output;

    /// <summary>Writes one logical line.</summary>
    public void WriteLine(string text)
    {
        var length = 0;
        foreach (var word in text.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (length > 0 && (!fold || length + word.Length < LineLimit))
            {
                output.Write(' ');
                length++;
            }
            else if (length > 0)
            {
                output.Write($"\n{Indent}");
                length = Indent.Length;
            }
            output.Write(word);
            length += word.Length;
        }
        output.Write('\n');
    }

    /// <summary>Writes <c>name = value</c>, or one of the two, as <c>-h</c> and <c>-H</c> ask.</summary>
    /// <param name="arguments">The options.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="verbatim">Whether blanks stay as they are in a line that is not folded.</param>
    public void WritePair(PostconfArguments arguments, string name, string value, bool verbatim = false)
    {
        var line = arguments.Has('h') ? value : arguments.Has('H') ? name : $"{name} = {value}";
        if (verbatim && !fold) output.Write($"{line}\n");
        else WriteLine(line);
    }
}
