using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>
/// <c>postlog</c>: writes its arguments, or the lines of standard input, into the mail log, through the running relay or the file itself.
/// On a terminal it shows them as well, as Postfix's does.
/// </summary>
internal static class Postlog
{
    private const string Usage = "postlog [-iv] [-c config_dir] [-p priority] [-t tag] [text...]";

    /// <summary>Octets of standard input that are read at once: their lines, however badly they decode, fit into one request.</summary>
    private const int Piece = 8 * 1024;

    private const int MaxTag = 64;

    private static readonly Dictionary<string, LogSeverity> Priorities = new(StringComparer.Ordinal)
    {
        ["info"] = LogSeverity.Info,
        ["warn"] = LogSeverity.Warning,
        ["warning"] = LogSeverity.Warning,
        ["error"] = LogSeverity.Error,
        ["fatal"] = LogSeverity.Fatal,
        ["panic"] = LogSeverity.Panic,
    };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postlog", Usage, 1, output, error);
        if (!tool.TryParse(args, "c:ip:t:v", out var options, out var status)) return status;
        var priority = options.Value('p') ?? "info";
        if (!Priorities.TryGetValue(priority, out var severity))
            return tool.Fatal($"bad severity: \"{priority}\": use one of {string.Join(", ", Priorities.Keys)}");
        if (ConfigFolder.Open(options.Value('c'), [], error) is not { } configuration) return 1;
        var snapshot = configuration.Current;
        var tag = Tag(options.Value('t'), snapshot);
        var pieces = options.Arguments.Count > 0 ? [[Cut(string.Join(' ', options.Arguments), MailLogLine.MaxLength)]] : PiecesOfInput();
        var word = severity switch { LogSeverity.Info => "", LogSeverity.Warning => "warning: ", _ => $"{priority}: " };
        var shown = Shown(pieces, Console.IsErrorRedirected ? null : error, $"{tag}: {word}");
        try
        {
            return await WriteAsync(snapshot, severity, $"{tag}[{Environment.ProcessId}]", shown, tool);
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            return tool.Fatal(QueueAccess.Explain(e));
        }
    }

    private static string Tag(string? given, ConfigSnapshot snapshot) => Cut(
        given ?? $"{Environment.GetEnvironmentVariable("MAIL_LOGTAG") ?? snapshot.Get(LogParameters.SyslogName)}/postlog", MaxTag);

    private static string Cut(string text, int length) => text[..Math.Min(text.Length, length)];

    private static async Task<int> WriteAsync(
        ConfigSnapshot snapshot, LogSeverity severity, string tag, IEnumerable<IReadOnlyList<string>> pieces, QueueTool tool)
    {
        await using var relay = ControlSocket.Connect(RelayFinder.QueueDirectory(snapshot));
        if (relay is not null)
        {
            foreach (var lines in pieces) await relay.LogAsync(severity, tag, lines, CancellationToken.None);
            return 0;
        }
        if (MailLogFile.IsStandardOutput(snapshot.Get(LogParameters.MaillogFile)))
            return tool.Fatal("the relay is down, and its log is its standard output: set maillog_file to the path of a file");
        using var log = ConfiguredLog.OpenForCommand(snapshot);
        var tagged = log.Tagged(tag);
        foreach (var line in pieces.SelectMany(lines => lines)) tagged.Write(severity, line);
        return 0;
    }

    /// <summary>The lines, safe to print, each shown on the screen as it goes by.</summary>
    private static IEnumerable<IReadOnlyList<string>> Shown(IEnumerable<IReadOnlyList<string>> pieces, TextWriter? screen, string prefix)
    {
        foreach (var lines in pieces)
        {
            var safe = lines.Select(line => Encoding.UTF8.GetString(LogText.MakePrintable(Encoding.UTF8.GetBytes(line)))).ToList();
            if (screen is not null)
                foreach (var line in safe) screen.WriteLine(prefix + line);
            yield return safe;
        }
    }

    /// <summary>
    /// The lines of standard input as they come, so that those of a program that goes on are in the log at once. Each ends where a line of
    /// the log does.
    /// </summary>
    private static IEnumerable<IReadOnlyList<string>> PiecesOfInput()
    {
        using var input = Console.OpenStandardInput();
        var (octets, characters, decoder) = (new byte[Piece], new char[Piece + 1], Encoding.UTF8.GetDecoder());
        var line = new StringBuilder();
        var isBegun = false;
        for (int read; (read = input.Read(octets)) > 0;)
        {
            var lines = new List<string>();
            foreach (var c in characters.AsSpan(0, decoder.GetChars(octets, 0, read, characters, 0)).ToArray())
            {
                isBegun = c != '\n';
                if (isBegun && line.Length < MailLogLine.MaxLength) line.Append(c);
                if (isBegun) continue;
                lines.Add(line.ToString());
                line.Clear();
            }
            if (lines.Count > 0) yield return lines;
        }
        if (isBegun) yield return [line.ToString()];
    }
}
