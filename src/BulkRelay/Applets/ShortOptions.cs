namespace BulkRelay.Server.Applets;

/// <summary>Options of one letter as getopt(3) reads them: <c>-f -q key</c>, <c>-fqkey</c>; the first word that is none ends them, and so does <c>--</c>.</summary>
internal sealed class ShortOptions
{
    private readonly List<(char Letter, string Value)> _options = [];

    private ShortOptions()
    {
    }

    /// <summary>What follows the options.</summary>
    public IReadOnlyList<string> Arguments { get; private set; } = [];

    /// <summary>Reads a command line.</summary>
    /// <param name="args">The command line without the command.</param>
    /// <param name="letters">The letters that are known, each with a colon behind it if it takes a value.</param>
    /// <param name="fault">What is wrong with it; null if nothing is.</param>
    public static ShortOptions Parse(IReadOnlyList<string> args, string letters, out string? fault)
    {
        var options = new ShortOptions();
        fault = null;
        var next = 0;
        for (; next < args.Count && fault is null && args[next] is ['-', not '\0', ..]; next++)
        {
            if (args[next] == "--")
            {
                next++;
                break;
            }
            fault = options.ReadWord(args, ref next, letters);
        }
        options.Arguments = [.. args.Skip(next)];
        return options;
    }

    /// <summary>The options in the order of the command line; the value of one that takes none is empty.</summary>
    public IReadOnlyList<(char Letter, string Value)> All => _options;

    /// <summary>True if the option was given.</summary>
    public bool Has(char letter) => _options.Exists(o => o.Letter == letter);

    /// <summary>The value that was given last; null if the option was not given.</summary>
    public string? Value(char letter) => _options.FindLast(o => o.Letter == letter) is (var found, var value) && found == letter ? value : null;

    /// <summary>All values of an option that may be repeated, in order.</summary>
    public IEnumerable<string> Values(char letter) => _options.Where(o => o.Letter == letter).Select(o => o.Value);

    private string? ReadWord(IReadOnlyList<string> args, ref int at, string letters)
    {
        var word = args[at];
        for (var i = 1; i < word.Length; i++)
        {
            var known = word[i] == ':' ? -1 : letters.IndexOf(word[i], StringComparison.Ordinal);
            if (known < 0) return $"invalid option -- '{word[i]}'";
            if (known + 1 == letters.Length || letters[known + 1] != ':')
            {
                _options.Add((word[i], ""));
                continue;
            }
            if (i + 1 == word.Length && at + 1 == args.Count) return $"option requires an argument -- '{word[i]}'";
            _options.Add((word[i], i + 1 < word.Length ? word[(i + 1)..] : args[++at]));
            return null;
        }
        return null;
    }
}
