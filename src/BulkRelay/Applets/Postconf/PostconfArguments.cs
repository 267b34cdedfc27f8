namespace BulkRelay.Server.Applets.Postconf;

/// <summary>The command line of <c>postconf</c>, in getopt's form: options of one letter, which may be joined (<c>-df</c>).</summary>
internal sealed class PostconfArguments
{
    private const string Known = "cCdeFfHhMmnoPpvXx#";
    private const string WithValue = "cCo";

    private readonly HashSet<char> _flags = [];

    /// <summary>The usage line.</summary>
    public const string Usage =
        "usage: postconf [-c config_dir] [-C class,...] [-d (defaults)] [-e (edit)] [-f (fold lines)] [-F (master.cf fields)] [-h (no names)] "
        + "[-H (no values)] [-m (table types)] [-M (master.cf)] [-n (settings of main.cf)] [-o name=value] [-p (main.cf, default)] "
        + "[-P (master.cf parameters)] [-v] [-x (expand values)] [-X (remove)] [-# (comment out)] [name...]";

    /// <summary>The folder of <c>-c</c>; null if it is not given.</summary>
    public string? Folder { get; private set; }

    /// <summary>The classes of <c>-C</c>.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = ["all"];

    /// <summary>The settings of <c>-o</c>.</summary>
    public List<string> Overrides { get; } = [];

    /// <summary>What stands after the options.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>True if the option is given.</summary>
    public bool Has(char option) => _flags.Contains(option);

    /// <summary>Reads the arguments; null and a message if they are not valid.</summary>
    public static PostconfArguments? Parse(string[] args, out string? fault)
    {
        var result = new PostconfArguments();
        fault = null;
        var i = 0;
        for (; i < args.Length && args[i].Length > 1 && args[i][0] == '-'; i++)
        {
            if (args[i] == "--")
            {
                i++;
                break;
            }
            for (var at = 1; at < args[i].Length; at++)
            {
                var option = args[i][at];
                if (!Known.Contains(option, StringComparison.Ordinal))
                {
                    fault = $"invalid option -- '{option}'\n{Usage}";
                    return null;
                }
                if (!WithValue.Contains(option, StringComparison.Ordinal))
                {
                    result._flags.Add(option);
                    continue;
                }
                var value = at + 1 < args[i].Length ? args[i][(at + 1)..] : i + 1 < args.Length ? args[++i] : null;
                if (value is null) fault = $"option requires an argument -- '{option}'\n{Usage}";
                else fault = result.Take(option, value);
                if (fault is not null) return null;
                break;
            }
        }
        result.Names = args[i..];
        fault = result.Conflict();
        return fault is null ? result : null;
    }

    private string? Take(char option, string value)
    {
        switch (option)
        {
            case 'c':
                Folder = value;
                return null;
            case 'o':
                Overrides.Add(value);
                return null;
            default:
                Classes = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                return Classes.FirstOrDefault(c => c is not ("builtin" or "service" or "user" or "all")) is { } unknown
                    ? $"unknown class '{unknown}': use builtin, service, user or all"
                    : null;
        }
    }

    private string? Conflict()
    {
        foreach (var group in (string[])["den", "eX#", "dnX#", "MFPmp", "hH"])
        {
            var given = group.Where(Has).ToList();
            if (given.Count > 1) return $"specify one of {string.Join(' ', given.Select(o => $"-{o}"))}";
        }
        return null;
    }
}
