namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>One thing that <c>sendmail</c> is called for.</summary>
/// <param name="Letter">The letter behind <c>-b</c>.</param>
/// <param name="RunAsync">Does it and gives the exit status.</param>
internal sealed record SendmailMode(char Letter, Func<SendmailOptions, TextWriter, TextWriter, Task<int>> RunAsync);
