namespace BulkRelay.Server.Applets;

/// <summary>One thing that <c>sendmail</c> is called for.</summary>
/// <param name="Option">The option that asks for it, or the beginning of it.</param>
/// <param name="RunAsync">Does it, given all arguments but <c>-C</c>, which has become <c>-c</c> for the commands that do the work.</param>
internal sealed record SendmailMode(string Option, Func<SendmailArguments, TextWriter, TextWriter, Task<int>> RunAsync);

/// <summary>The command line of <c>sendmail</c>.</summary>
/// <param name="Config">The configuration folder as <c>-c DIR</c>, or nothing.</param>
/// <param name="Words">All other words.</param>
internal sealed record SendmailArguments(string[] Config, IReadOnlyList<string> Words);

/// <summary><c>sendmail</c>: the modes are a table.</summary>
internal static class Sendmail
{
    private const int TemporaryFailure = 75;

    private static readonly IReadOnlyList<SendmailMode> Modes =
    [
        new("-bp", (arguments, output, error) => Postqueue.RunAsync(["-p", .. arguments.Config], output, error)),
        new("-q", FlushAsync),
        new("-bv", (arguments, output, error) => SendmailReport.VerifyAsync([.. arguments.Config, .. arguments.Words], output, error)),
        new("-v", (arguments, output, error) => SendmailReport.SendAsync([.. arguments.Config, .. arguments.Words], output, error)),
    ];

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var arguments = Parse(args);
        var mode = Modes.FirstOrDefault(m => arguments.Words.Any(word => word.StartsWith(m.Option, StringComparison.Ordinal)));
        if (mode is not null) return mode.RunAsync(arguments, output, error);
        error.WriteLine($"sendmail: fatal: one of {string.Join(", ", Modes.Select(m => m.Option))} is needed; mail is given to the relay by SMTP");
        return Task.FromResult(TemporaryFailure);
    }

    private static SendmailArguments Parse(string[] args)
    {
        var words = new List<string>();
        string[] config = [];
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "-C" or "-c" && i + 1 < args.Length) config = ["-c", args[++i]];
            else words.Add(args[i]);
        }
        return new SendmailArguments(config, words);
    }

    /// <summary><c>-q</c> all, <c>-qIid</c> one message, <c>-qRsite</c> one site; <c>-q5m</c> is the business of the running relay.</summary>
    private static Task<int> FlushAsync(SendmailArguments arguments, TextWriter output, TextWriter error)
    {
        var at = arguments.Words.TakeWhile(word => !word.StartsWith("-q", StringComparison.Ordinal)).Count();
        var what = arguments.Words[at][2..];
        if (what.Length == 0) return Postqueue.RunAsync(["-f", .. arguments.Config], output, error);
        if (char.IsAsciiDigit(what[0])) return Task.FromResult(0);
        var value = what.Length > 1 ? what[1..] : arguments.Words.ElementAtOrDefault(at + 1);
        if (what[0] is 'I' or 'R' && value is not null)
            return Postqueue.RunAsync([what[0] == 'I' ? "-i" : "-s", value, .. arguments.Config], output, error);
        error.WriteLine($"sendmail: fatal: -q{what[0]} {(what[0] is 'I' or 'R' ? "needs a value" : "is not implemented")}");
        return Task.FromResult(TemporaryFailure);
    }
}
