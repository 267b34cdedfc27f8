using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>The mail log of a relay. A line is written after the reply that it is about may have been read.</summary>
internal static class RelayLog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Completes as soon as the log has a line that matches.</summary>
    public static async Task WaitForAsync(RelayProcess relay, string pattern)
    {
        using var limit = new CancellationTokenSource(Patience);
        var text = "";
        while (!Regex.IsMatch(text, pattern))
        {
            limit.IsCancellationRequested.ShouldBeFalse($"no line matches {pattern}:\n{text}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            text = await File.ReadAllTextAsync(relay.LogFile, CancellationToken.None);
        }
    }
}
