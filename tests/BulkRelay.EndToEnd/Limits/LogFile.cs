namespace BulkRelay.EndToEnd.Limits;

/// <summary>A mail log that a server is writing.</summary>
internal static class LogFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The text of the first line that holds all the parts, from the last colon before the first part on; waits for it.</summary>
    public static async Task<string> LineAsync(string file, string program, params string[] parts)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var lines = File.Exists(file) ? await File.ReadAllLinesAsync(file, CancellationToken.None) : [];
            var line = lines.FirstOrDefault(l => l.Contains($"/{program}[", StringComparison.Ordinal) && parts.All(p => l.Contains(p, StringComparison.Ordinal)));
            if (line is not null) return line[(line.IndexOf("]: ", StringComparison.Ordinal) + 3)..];
            if (limit.IsCancellationRequested) throw new TimeoutException($"no line of {program} with {string.Join(", ", parts)} in:\n{string.Join('\n', lines)}");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
