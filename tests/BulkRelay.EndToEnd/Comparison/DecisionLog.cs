using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>The lines of a mail log that tell what smtpd and cleanup decided, without time, process and message names.</summary>
internal sealed partial class DecisionLog(string file)
{
    private int _read;

    /// <summary>The decisions since the last call, once so many sessions of this client have ended.</summary>
    public async Task<List<string>> NextAsync(string client, int sessions = 1)
    {
        var log = await MailLogFile.UntilAsync(file, text => EndOf(Fresh(text), client, sessions) >= 0, $"the end of the session of {client}");
        var fresh = Fresh(log);
        var end = EndOf(fresh, client, sessions);
        _read += end + 1;
        return [.. fresh.Take(end).Select(l => Decision().Match(l)).Where(m => m.Success).Select(m => Service().Replace(m.Groups["text"].Value, "for service *"))];
    }

    private List<string> Fresh(string log) => [.. log.Split('\n').Skip(_read)];

    /// <summary>The last line of the sessions; -1 if it is not there yet.</summary>
    private static int EndOf(List<string> lines, string client, int sessions)
    {
        var ends = lines.Index().Where(l => Disconnect().IsMatch(l.Item) && l.Item.Contains($"[{client}]", StringComparison.Ordinal));
        return ends.Take(sessions).ToList() is var found && found.Count == sessions ? found[^1].Index : -1;
    }

    [GeneratedRegex(@"/smtpd\[\d+\]: disconnect from ")]
    private static partial Regex Disconnect();

    [GeneratedRegex(@"/(?:smtpd|cleanup)\[\d+\]: (?:[0-9A-Za-z]+: (?<text>(reject|reject_warning|permit|hold|discard|filter|redirect|bcc|warn|info|hangup): .*|client=.*, orig_.*)"
        + @"|warning: [0-9A-Za-z]+: (?<text>.*BDAT .*)"
        + @"|(?<text>warning: .* limit exceeded: .*|warning: (Illegal address syntax|reject: ETRN) .*|improper command pipelining .*|warning: non-SMTP command .*|(too many errors|timeout|lost connection) after .*|.*: replacing command .*|discarding EHLO keywords: .*))$")]
    private static partial Regex Decision();

    [GeneratedRegex(@"for service 127\.0\.0\.1:\d+")]
    private static partial Regex Service();
}
