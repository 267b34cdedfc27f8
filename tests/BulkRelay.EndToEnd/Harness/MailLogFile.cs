using System.Text.RegularExpressions;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>A mail log that a server is writing: a line may come after the reply that it is about was read.</summary>
internal static class MailLogFile
{
    /// <summary>The log, as soon as it holds the text.</summary>
    public static Task<string> WithAsync(string file, string text) => UntilAsync(file, log => log.Contains(text, StringComparison.Ordinal), text);

    /// <summary>The log, as soon as something in it matches.</summary>
    public static Task<string> MatchingAsync(string file, string pattern) => UntilAsync(file, log => Regex.IsMatch(log, pattern), pattern);

    /// <summary>The text of the first line of a program that holds all the parts, as soon as there is one.</summary>
    public static async Task<string> LineAsync(string file, string program, params string[] parts)
    {
        var log = await UntilAsync(file, text => Find(text) is not null, $"{program}: {string.Join(", ", parts)}");
        var line = Find(log)!;
        return line[(line.IndexOf("]: ", StringComparison.Ordinal) + 3)..];

        string? Find(string text) => text.Split('\n').FirstOrDefault(
            l => l.Contains($"/{program}[", StringComparison.Ordinal) && parts.All(p => l.Contains(p, StringComparison.Ordinal)));
    }

    /// <summary>The log, as soon as the condition holds for it.</summary>
    public static async Task<string> UntilAsync(string file, Func<string, bool> holds, string what)
    {
        var log = "";
        await FileWatch.UntilAsync(file, () => holds(log = Read(file)), () => $"waited in vain for {what} in {file}:\n{log}");
        return log;
    }

    /// <summary>Whole lines only: the last one may be under way.</summary>
    private static string Read(string file)
    {
        if (!File.Exists(file)) return "";
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)];
    }
}
