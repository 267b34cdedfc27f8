using BulkRelay.Server.Applets.Postmap;

namespace BulkRelay.Server.Applets.Sendmail;

/// <summary><c>sendmail</c>, as programs have called it for forty years: the modes are a table.</summary>
internal static class SendmailApplet
{
    private const string Usage = "usage: sendmail [options] [recipient ...]";

    private static readonly IReadOnlyList<SendmailMode> Modes =
    [
        new('m', SubmitMode.RunAsync),
        new('v', SubmitMode.RunAsync),
        new('s', (options, _, error) => SmtpMode.RunAsync(options, error)),
        new('p', (options, output, error) => Postqueue.RunAsync(["-p", .. options.Config], output, error)),
        new('q', FlushAsync),
        new('i', (options, output, error) => NewaliasesApplet.RunAsync(options.Config, output, error)),
        new('d', (_, _, error) => Task.FromResult(Fatal(error, "the relay is started with 'bulkrelay run'", ExitStatus.Usage))),
        new('l', (_, _, error) => Task.FromResult(Fatal(error, "the relay is started with 'bulkrelay run'", ExitStatus.Usage))),
    ];

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["--help", ..])
        {
            output.WriteLine($"{Usage}: -t -f sender -i -v -bs -bv; -bp lists the queue, -q has it tried at once");
            return Task.FromResult(ExitStatus.Done);
        }
        var options = SendmailOptions.Parse(args, out var fault);
        if (fault is not null) return Task.FromResult(Fatal(error, $"{Usage}: {fault}", ExitStatus.Usage));
        if (Modes.FirstOrDefault(m => m.Letter == options.Mode) is { } mode) return mode.RunAsync(options, output, error);
        return Task.FromResult(Fatal(error, $"unsupported: -b{options.Mode}: one of {string.Join(' ', Modes.Select(m => $"-b{m.Letter}"))}", ExitStatus.Usage));
    }

    /// <summary>Says why it does not work.</summary>
    public static int Fatal(TextWriter error, string what, int status)
    {
        error.WriteLine($"sendmail: fatal: {what}");
        return status;
    }

    /// <summary><c>-q</c> all, <c>-qIid</c> one message, <c>-qRsite</c> one site; <c>-q5m</c> is the business of the running relay.</summary>
    private static Task<int> FlushAsync(SendmailOptions options, TextWriter output, TextWriter error)
    {
        var what = options.QueueRun;
        if (what.Length == 0) return Postqueue.RunAsync(["-f", .. options.Config], output, error);
        if (char.IsAsciiDigit(what[0])) return Task.FromResult(ExitStatus.Done);
        var value = what.Length > 1 ? what[1..] : options.Arguments.Count > 0 ? options.Arguments[0] : null;
        if (what[0] is 'I' or 'R' && value is not null)
            return Postqueue.RunAsync([what[0] == 'I' ? "-i" : "-s", value, .. options.Config], output, error);
        return Task.FromResult(Fatal(error, $"-q{what[0]} {(what[0] is 'I' or 'R' ? "needs a value" : "is not implemented")}", ExitStatus.TryAgain));
    }
}
