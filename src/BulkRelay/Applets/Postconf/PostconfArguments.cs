namespace BulkRelay.Server.Applets.Postconf;

/// <summary>The command line of <c>postconf</c>, in getopt's form: options of one letter, which may be joined (<c>-df</c>).</summary>
internal sealed class PostconfArguments
{
    private const string Letters = "aAbc:C:deFfHhlMmno:PpT:tvXx#";

    private readonly ShortOptions _options;

    private PostconfArguments(ShortOptions options)
    {
        _options = options;
        Classes = options.Value('C')?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? ["all"];
    }

    /// <summary>The usage line.</summary>
    public const string Usage =
        "usage: postconf [-a (SASL types of the server)] [-A (of the client)] [-b (templates of reports, expanded)] [-c config_dir] [-C class,...] [-d (defaults)] [-e (edit)] [-f (fold lines)] [-F (master.cf fields)] [-h (no names)] "
        + "[-H (no values)] [-l (mailbox locks)] [-m (table types)] [-M (master.cf)] [-n (settings of main.cf)] [-o name=value] [-p (main.cf, default)] "
        + "[-P (master.cf parameters)] [-T mode (TLS library)] [-t (templates of reports)] [-v] [-x (expand values)] [-X (remove)] [-# (comment out)] [name...]";

    /// <summary>The folder of <c>-c</c>; null if it is not given.</summary>
    public string? Folder => _options.Value('c');

    /// <summary>What <c>-T</c> asks about the library of TLS; null if it is not given.</summary>
    public string? TlsMode => _options.Value('T');

    /// <summary>The classes of <c>-C</c>.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The settings of <c>-o</c>.</summary>
    public IEnumerable<string> Overrides => _options.Values('o');

    /// <summary>What stands after the options.</summary>
    public IReadOnlyList<string> Names => _options.Arguments;

    /// <summary>True if the option is given.</summary>
    public bool Has(char option) => _options.Has(option);

    /// <summary>Reads the arguments; null and a message if they are not valid.</summary>
    public static PostconfArguments? Parse(string[] args, out string? fault)
    {
        var options = ShortOptions.Parse(args, Letters, out fault);
        if (fault is not null)
        {
            fault = $"{fault}\n{Usage}";
            return null;
        }
        var result = new PostconfArguments(options);
        fault = result.Classes.FirstOrDefault(c => c is not ("builtin" or "service" or "user" or "all")) is { } unknown
            ? $"unknown class '{unknown}': use builtin, service, user or all"
            : result.Conflict();
        return fault is null ? result : null;
    }

    private string? Conflict()
    {
        foreach (var group in (string[])["den", "eX#", "dnX#", "MFPmp", "hH", "bt"])
        {
            var given = group.Where(Has).ToList();
            if (given.Count > 1) return $"specify one of {string.Join(' ', given.Select(o => $"-{o}"))}";
        }
        return null;
    }
}
