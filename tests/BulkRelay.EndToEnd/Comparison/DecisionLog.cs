using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>The lines of a mail log that tell what smtpd and cleanup decided, without time, process and message names.</summary>
internal sealed partial class DecisionLog(string file)
{
    private int _read;

    /// <summary>The decisions since the last call, once a session of this client has ended.</summary>
    public async Task<List<string>> NextAsync(string client)
    {
        var log = await MailLogFile.UntilAsync(file, text => EndOf(Fresh(text), client) >= 0, $"the end of the session of {client}");
        var fresh = Fresh(log);
        var end = EndOf(fresh, client);
        _read += end + 1;
        return [.. fresh.Take(end).Select(l => Decision().Match(l)).Where(m => m.Success).Select(m => Service().Replace(m.Groups["text"].Value, "for service *"))];
    }

    private List<string> Fresh(string log) => [.. log.Split('\n').Skip(_read)];

    private static int EndOf(List<string> lines, string client) =>
        lines.FindIndex(l => Disconnect().IsMatch(l) && l.Contains($"[{client}]", StringComparison.Ordinal));

    [GeneratedRegex(@"/smtpd\[\d+\]: disconnect from ")]
    private static partial Regex Disconnect();

    [GeneratedRegex(@"/(?:smtpd|cleanup)\[\d+\]: (?:[0-9A-Za-z]+: (?<text>(reject|reject_warning|permit|hold|discard|filter|redirect|bcc|warn|info|hangup): .*|client=.*, orig_.*)"
        + @"|(?<text>warning: .* limit exceeded: .*|(too many errors|timeout|lost connection) after .*|.*: replacing command .*|discarding EHLO keywords: .*))$")]
    private static partial Regex Decision();

    [GeneratedRegex(@"for service 127\.0\.0\.1:\d+")]
    private static partial Regex Service();
}
