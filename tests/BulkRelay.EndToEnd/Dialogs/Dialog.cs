using System.Globalization;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>
/// A dialogue file. One step a line; <c>#</c> begins a comment.
/// <code>
/// config NAME=VALUE      a parameter of the relay; before anything else
/// client ADDRESS         the address that the client comes from (default 127.0.0.66, a stranger)
/// not WAY                a way on which it is not played: a name of <see cref="DialogWay"/>, signed in, or encrypted; the comment says why
/// faulty                 the configuration is meant to have faults
/// store full             what the queue answers (stored, full, unavailable)
/// early TEXT             sent, with CR LF, before the server greets
/// C: TEXT                the client sends the text and CR LF
/// C! TEXT                the client sends the text and nothing else
/// C close                the client closes its side
/// S: PATTERN             the server sends a reply whose last line matches; * stands for anything
/// S- PATTERN             the server sends one continuation line that matches
/// S close                the server closes the connection
/// repeat N … end         the steps between, N times
/// messages N             so many messages are in the queue at the end
/// message K content TEXT message K (from 1) has this content, the trace header taken off
/// message K contains TEXT a part of the content
/// message K sender TEXT, message K recipients TEXT, message K trace PATTERN (of the unfolded trace header)
/// message K client PATTERN (name[address] protocol helo, as the queue has them)
/// message K envid|ret|verp|orcpt|notify|size|8bit|flow|priority TEXT
/// log PATTERN            some line of the mail log matches, time and host taken off
/// no-log PATTERN         none does
/// </code>
/// Texts take the escapes of <see cref="Escapes"/>. After each dialogue every message in the queue is checked to be canonical.
/// </summary>
internal sealed class Dialog
{
    private static readonly string[] Keywords =
        ["config", "client", "not", "faulty", "store", "early", "C:", "C!", "C", "S:", "S-", "S", "repeat", "messages", "message", "log", "no-log"];

    private Dialog(string name, IReadOnlyList<DialogStep> steps)
    {
        Name = name;
        Steps = steps;
    }

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>What happens, in order.</summary>
    public IReadOnlyList<DialogStep> Steps { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is no step.</exception>
    public static Dialog Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var at = 0;
        return new Dialog(Path.GetFileNameWithoutExtension(path), ReadSteps(lines, ref at, isNested: false));
    }

    /// <summary>The arguments of all steps with a keyword, in order.</summary>
    public IEnumerable<string> All(string keyword) => Steps.Where(s => s.Keyword == keyword).Select(s => s.Argument);

    private static List<DialogStep> ReadSteps(string[] lines, ref int at, bool isNested)
    {
        var steps = new List<DialogStep>();
        while (at < lines.Length)
        {
            var number = ++at;
            var line = lines[number - 1];
            if (line.Length == 0 || line[0] == '#') continue;
            if (line == "end" && isNested) return steps;
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            var keyword = blank < 0 ? line : line[..blank];
            var argument = blank < 0 ? "" : line[(blank + 1)..];
            if (!Keywords.Contains(keyword)) throw Unknown(number, keyword);
            steps.Add(new DialogStep(number, keyword, argument, keyword == "repeat" ? ReadSteps(lines, ref at, isNested: true) : []));
        }
        return isNested ? throw new FormatException("repeat without end") : steps;
    }

    private static FormatException Unknown(int line, string keyword) =>
        new(string.Create(CultureInfo.InvariantCulture, $"line {line}: unknown step '{keyword}'"));
}
