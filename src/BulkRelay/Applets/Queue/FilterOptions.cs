using System.CommandLine;
using System.Globalization;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Server.Applets.Queue;

/// <summary>The options that select messages: the same for every sub-command that works on some.</summary>
internal sealed class FilterOptions
{
    /// <summary>The most values of one option: what a statement of the store takes with ease.</summary>
    private const int MaxPatterns = 100;

    private static readonly Dictionary<string, QueueState> StateNames = new(StringComparer.Ordinal)
    {
        ["hold"] = QueueState.Hold,
        ["active"] = QueueState.Active,
        ["deferred"] = QueueState.Deferred,
        ["in-doubt"] = QueueState.InDoubt,
    };

    private readonly Argument<string[]> _ids = new("ID") { Description = "queue ids; - reads them from standard input", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _senders = Pattern("--sender", "ADDRESS", "the envelope sender; <> is the null sender");
    private readonly Option<string[]> _recipients = Pattern("--recipient", "ADDRESS", "a recipient");
    private readonly Option<string[]> _domains = Pattern("--domain", "DOMAIN", "the domain of a recipient");
    private readonly Option<string[]> _transports = Pattern("--transport", "NAME", "a transport of master.cf");
    private readonly Option<string[]> _destinations = Pattern("--destination", "NEXTHOP", "the next hop, as in [mail.example.com]:587");
    private readonly Option<string[]> _flows = Pattern("--flow", "FLOW", "the flow (campaign)");
    private readonly Option<string[]> _clients = Pattern("--client", "NAME", "the client, by name or address");
    private readonly Option<string?> _older = new("--older-than") { Description = "arrived longer ago than this: 30m, 4h, 5d", HelpName = "TIME" };
    private readonly Option<string?> _younger = new("--younger-than") { Description = "arrived no longer ago than this", HelpName = "TIME" };
    private readonly Option<string?> _larger = new("--larger-than") { Description = "larger than this: 500k, 10M", HelpName = "SIZE" };
    private readonly Option<string?> _smaller = new("--smaller-than") { Description = "smaller than this", HelpName = "SIZE" };
    private readonly Option<string?> _reason = new("--reason") { Description = "a part of the reason why it is still here", HelpName = "TEXT" };
    private readonly Option<string[]> _states = Pattern("--state", "STATE", $"one of {string.Join(", ", StateNames.Keys)}");

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_ids);
        foreach (var option in new Option[] { _senders, _recipients, _domains, _transports, _destinations, _flows, _clients }) command.Add(option);
        foreach (var option in new Option[] { _older, _younger, _larger, _smaller, _reason, _states }) command.Add(option);
    }

    /// <summary>What the command line selects.</summary>
    /// <exception cref="FilterException">It makes no sense.</exception>
    public QueueFilter Read(ParseResult parsed, DateTimeOffset now) => new()
    {
        QueueIds = [.. Ids(parsed.GetValue(_ids)!)],
        Senders = [.. Patterns(parsed, _senders).Select(s => s is "<>" or "MAILER-DAEMON" ? "" : s)],
        Recipients = Patterns(parsed, _recipients),
        Domains = [.. Patterns(parsed, _domains).Select(d => d.TrimStart('@'))],
        Transports = Patterns(parsed, _transports),
        Destinations = Patterns(parsed, _destinations),
        Flows = Patterns(parsed, _flows),
        Clients = Patterns(parsed, _clients),
        ArrivedBefore = parsed.GetValue(_older) is { } older ? now - Time("--older-than", older) : null,
        ArrivedFrom = parsed.GetValue(_younger) is { } younger ? now - Time("--younger-than", younger) : null,
        MinSize = parsed.GetValue(_larger) is { } larger ? Size("--larger-than", larger) + 1 : null,
        MaxSize = parsed.GetValue(_smaller) is { } smaller ? Size("--smaller-than", smaller) - 1 : null,
        Reason = parsed.GetValue(_reason) is { } reason ? Checked("--reason", reason) : null,
        States = [.. parsed.GetValue(_states)!.Select(State)],
    };

    /// <summary>A time span in Postfix's form; a number alone is seconds.</summary>
    /// <exception cref="FilterException">It is none.</exception>
    public static TimeSpan Time(string option, string text)
    {
        var unit = text.Length > 0 ? "smhdw".IndexOf(text[^1], StringComparison.Ordinal) : -1;
        var digits = unit >= 0 ? text[..^1] : text;
        int[] seconds = [1, 60, 3600, 86400, 604800];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue / 604800
            ? TimeSpan.FromSeconds((long)number * seconds[Math.Max(unit, 0)])
            : throw new FilterException($"{option} {text}: a number and one of s, m, h, d, w is needed, such as 4h");
    }

    private static long Size(string option, string text)
    {
        var unit = text.Length > 0 ? "kMG".IndexOf(text[^1] == 'K' ? 'k' : text[^1], StringComparison.Ordinal) : -1;
        var digits = unit >= 0 ? text[..^1] : text;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1L << 30
            ? number << (10 * (unit + 1))
            : throw new FilterException($"{option} {text}: a number of octets is needed, such as 500k or 10M");
    }

    private static QueueState State(string text) => StateNames.TryGetValue(text, out var state)
        ? state : throw new FilterException($"--state {text}: use one of {string.Join(", ", StateNames.Keys)}");

    private static string[] Patterns(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option)! is { Length: <= MaxPatterns } patterns
        ? [.. patterns.Select(pattern => Checked(option.Name, pattern))]
        : throw new FilterException($"{option.Name}: at most {MaxPatterns} values at once");

    private static string Checked(string option, string pattern) => pattern.Length <= QueuePattern.MaxLength
        ? pattern : throw new FilterException($"{option}: a pattern has at most {QueuePattern.MaxLength} characters");

    private static IEnumerable<string> Ids(string[] words)
    {
        foreach (var word in words)
        {
            if (word != "-")
            {
                yield return Id(word);
                continue;
            }
            while (Console.In.ReadLine() is { } line)
                if (line.Trim() is { Length: > 0 } id) yield return Id(id);
        }
    }

    private static string Id(string word) =>
        word.Length > 0 && word.All(char.IsAsciiLetterOrDigit) ? word : throw new FilterException($"'{word}' is neither an option nor a queue id");

    private static Option<string[]> Pattern(string name, string value, string description) =>
        new(name) { Description = $"{description}; may be repeated", HelpName = value, DefaultValueFactory = _ => [] };
}
