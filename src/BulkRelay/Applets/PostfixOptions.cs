namespace BulkRelay.Server.Applets;

/// <summary>
/// Options as Postfix's commands take them: single letters, bundled or apart, with a value behind or in the next word
/// (<c>-vd ID</c>, <c>-c/etc/x</c>), until the first word that is not one. An option may be repeated.
/// </summary>
internal sealed class PostfixOptions
{
    private readonly List<(char Letter, string Value)> _given = [];
    private readonly string _program;

    private PostfixOptions(string program) => _program = program;

    /// <summary>The words after the options.</summary>
    public IReadOnlyList<string> Operands { get; private set; } = [];

    /// <param name="letters">The letters that are known, each followed by a colon if it takes a value.</param>
    /// <param name="status">The exit status when it returns false: 0 after <c>--help</c>, 1 after a mistake, as in Postfix.</param>
    public static bool TryParse(string program, string[] args, string letters, string usage, TextWriter output, TextWriter error,
        out PostfixOptions options, out int status)
    {
        options = new PostfixOptions(program);
        status = 0;
        if (args is ["--help", ..])
        {
            output.WriteLine(usage);
            return false;
        }
        var fault = options.Read(args, letters);
        if (fault is null) return true;
        status = options.Misuse(error, fault);
        error.WriteLine(usage);
        return false;
    }

    public bool Has(char letter) => _given.Exists(o => o.Letter == letter);

    /// <summary>The last value given for the option, or null.</summary>
    public string? Value(char letter) => _given.FindLast(o => o.Letter == letter).Value;

    /// <summary>All values given for the option, in order.</summary>
    public IEnumerable<string> Values(char letter) => _given.Where(o => o.Letter == letter).Select(o => o.Value);

    /// <summary>All options in the order given.</summary>
    public IReadOnlyList<(char Letter, string Value)> Given => _given;

    /// <summary>Reports a mistake in one line and returns the exit status for it.</summary>
    public int Misuse(TextWriter error, string what)
    {
        error.WriteLine($"{_program}: fatal: {what}");
        return 1;
    }

    private string? Read(string[] args, string letters)
    {
        var at = 0;
        for (; at < args.Length && args[at] is ['-', _, ..] word; at++)
        {
            if (word == "--") { at++; break; }
            for (var i = 1; i < word.Length; i++)
            {
                var known = word[i] == ':' ? -1 : letters.IndexOf(word[i], StringComparison.Ordinal);
                if (known < 0) return $"unknown option -{word[i]}";
                if (known + 1 == letters.Length || letters[known + 1] != ':')
                {
                    _given.Add((word[i], ""));
                    continue;
                }
                if (i + 1 == word.Length && at + 1 == args.Length) return $"option -{word[i]} needs a value";
                _given.Add((word[i], i + 1 < word.Length ? word[(i + 1)..] : args[++at]));
                break;
            }
        }
        Operands = args[at..];
        return null;
    }
}
