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

    /// <summary>Octets of lines that go to the relay at once: its limit for a request is twice that.</summary>
    private const int Batch = 32 * 1024;

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
        var tag = options.Value('t') ?? $"{Environment.GetEnvironmentVariable("MAIL_LOGTAG") ?? snapshot.Get(LogParameters.SyslogName)}/postlog";
        var lines = Shown(options.Arguments.Count > 0 ? [string.Join(' ', options.Arguments)] : LinesOfInput(), Console.IsErrorRedirected ? null : error,
            severity == LogSeverity.Info ? $"{tag}: " : $"{tag}: {(severity == LogSeverity.Warning ? "warning" : priority)}: ");
        try
        {
            return await WriteAsync(snapshot, severity, $"{tag}[{Environment.ProcessId}]", lines, tool);
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            return tool.Fatal(QueueAccess.Explain(e));
        }
    }

    private static async Task<int> WriteAsync(ConfigSnapshot snapshot, LogSeverity severity, string tag, IEnumerable<string> lines, QueueTool tool)
    {
        await using var relay = ControlSocket.Connect(RelayFinder.QueueDirectory(snapshot));
        if (relay is not null)
        {
            await SendAsync(relay, severity, tag, lines);
            return 0;
        }
        if (MailLogFile.IsStandardOutput(snapshot.Get(LogParameters.MaillogFile)))
            return tool.Fatal("the relay is down, and its log is its standard output: set maillog_file to the path of a file");
        using var log = ConfiguredLog.OpenForCommand(snapshot);
        var tagged = log.Tagged(tag);
        foreach (var line in lines) tagged.Write(severity, line);
        return 0;
    }

    private static async Task SendAsync(ControlClient relay, LogSeverity severity, string tag, IEnumerable<string> lines)
    {
        var batch = new List<string>();
        var size = 0;
        foreach (var line in lines)
        {
            batch.Add(line);
            size += Encoding.UTF8.GetByteCount(line) + 1;
            if (size < Batch - MailLogLine.MaxLength) continue;
            await relay.LogAsync(severity, tag, batch, CancellationToken.None);
            batch.Clear();
            size = 0;
        }
        if (batch.Count > 0) await relay.LogAsync(severity, tag, batch, CancellationToken.None);
    }

    /// <summary>The lines, safe to print, each shown on the screen as it goes by.</summary>
    private static IEnumerable<string> Shown(IEnumerable<string> lines, TextWriter? screen, string prefix)
    {
        foreach (var line in lines)
        {
            var text = Encoding.UTF8.GetString(LogText.MakePrintable(Encoding.UTF8.GetBytes(line)));
            screen?.WriteLine(prefix + text);
            yield return text;
        }
    }

    /// <summary>The lines of standard input, each cut off where a line of the log ends.</summary>
    private static IEnumerable<string> LinesOfInput()
    {
        var line = new StringBuilder();
        var isBegun = false;
        for (int read; (read = Console.In.Read()) >= 0;)
        {
            isBegun = read != '\n';
            if (isBegun && line.Length < MailLogLine.MaxLength) line.Append((char)read);
            if (isBegun) continue;
            yield return line.ToString();
            line.Clear();
        }
        if (isBegun) yield return line.ToString();
    }
}
