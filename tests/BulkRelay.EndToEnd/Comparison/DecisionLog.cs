using System.Text.RegularExpressions;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>The lines of a mail log that tell what smtpd decided, without time, process and message names.</summary>
internal sealed partial class DecisionLog(string file)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private int _read;

    /// <summary>The decisions since the last call, once a session of this client has ended.</summary>
    public async Task<List<string>> NextAsync(string client)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, limit.Token) : [];
            var fresh = lines.Skip(_read).ToList();
            var end = fresh.FindIndex(l => Disconnect().IsMatch(l) && l.Contains($"[{client}]", StringComparison.Ordinal));
            if (end >= 0)
            {
                _read += end + 1;
                return [.. fresh.Take(end).Select(l => Decision().Match(l)).Where(m => m.Success).Select(m => Service().Replace(m.Groups["text"].Value, "for service *"))];
            }
            await Task.Delay(20, limit.Token);
        }
    }

    [GeneratedRegex(@"/smtpd\[\d+\]: disconnect from ")]
    private static partial Regex Disconnect();

    [GeneratedRegex(@"/smtpd\[\d+\]: (?:[0-9A-Za-z]+: (?<text>(reject|reject_warning|permit|hold|discard|filter|redirect|bcc|warn|info|hangup): .*|client=.*, orig_.*)"
        + @"|(?<text>warning: .* limit exceeded: .*|(too many errors|timeout|lost connection) after .*|.*: replacing command .*|discarding EHLO keywords: .*))$")]
    private static partial Regex Decision();

    [GeneratedRegex(@"for service 127\.0\.0\.1:\d+")]
    private static partial Regex Service();
}
