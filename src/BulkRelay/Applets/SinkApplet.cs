using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay sink</c>: a destination for tests, until it is interrupted or has enough.</summary>
internal static class SinkApplet
{
    private static readonly Option<IPEndPoint> Listen = new("--listen")
    {
        Description = "address and port to listen on (port 0: any free one)",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 2526),
        CustomParser = EndPointOf,
    };

    private static readonly Option<double> Defer = Share("--defer", "share of 450 replies, in percent");
    private static readonly Option<double> Reject = Share("--reject", "share of 550 replies, in percent");
    private static readonly Option<double> Drop = Share("--drop", "share of connections closed without a reply, in percent");
    private static readonly Option<SinkStage> At = new("--at") { Description = "where --defer and --reject apply", DefaultValueFactory = _ => SinkStage.Rcpt };
    private static readonly Option<SinkStage> DropAt = new("--drop-at") { Description = "where --drop applies", DefaultValueFactory = _ => SinkStage.Dot };
    private static readonly Option<int> Delay = new("--delay") { Description = "milliseconds before the reply to the end of data", HelpName = "MS" };
    private static readonly Option<string?> Folder = new("--write") { Description = "write every accepted message to this folder, one .eml file each", HelpName = "FOLDER" };
    private static readonly Option<bool> Basic = new("--basic") { Description = "offer no SMTP extensions" };
    private static readonly Option<long> Until = new("--until") { Description = "end after so many accepted messages", HelpName = "COUNT" };
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "print the totals at the end only" };
    private static readonly Option<int> Seed = new("--seed") { Description = "seed of the random draws, to repeat a run", DefaultValueFactory = _ => 1 };

    private const string Help = $"""
        An SMTP destination that accepts, defers, rejects, delays or drops, counts what comes, and verifies it.

        A message that carries a field {ContentDigest.Field}, whose value is the SHA-256 in hexadecimal of all octets behind
        that field's line (header and body, lines with CRLF, dots not stuffed), is verified. The totals say how many were
        verified and how many of them changed on the way; each changed one is a line on standard error with its Message-ID,
        and the exit status is then 1.
        """;

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var command = new Command("sink", Help)
        {
            Listen, Defer, Reject, At, Drop, DropAt, Delay, Folder, Basic, Until, Quiet, Seed,
        };
        command.SetAction((parsed, cancel) => ServeAsync(parsed, output, error, cancel));
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static async Task<int> ServeAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var options = new SinkOptions
        {
            Listen = parsed.GetValue(Listen)!,
            Defer = parsed.GetValue(Defer) / 100,
            Reject = parsed.GetValue(Reject) / 100,
            Drop = parsed.GetValue(Drop) / 100,
            Stage = parsed.GetValue(At),
            DropStage = parsed.GetValue(DropAt),
            Delay = TimeSpan.FromMilliseconds(parsed.GetValue(Delay)),
            Folder = parsed.GetValue(Folder),
            Extensions = !parsed.GetValue(Basic),
            Seed = parsed.GetValue(Seed),
        };
        var enough = parsed.GetValue(Until);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stopped = cancel.Register(() => done.TrySetResult());
        // Sessions tell of their messages on threads of their own.
        var report = TextWriter.Synchronized(error);
        SinkServer? server = null;
        await using var sink = server = new SinkServer(options, TimeProvider.System, message =>
        {
            if (message.Verdict == ContentVerdict.Changed) report.WriteLine($"changed: {message.Describe()}");
            if (enough > 0 && server?.Counters.Messages >= enough) done.TrySetResult();
        });
        await output.WriteLineAsync($"sink listens on {sink.EndPoint}");
        await output.FlushAsync(cancel);
        using (var ticker = parsed.GetValue(Quiet) ? null : new SinkTicker(sink.Counters, output))
            await done.Task;
        SinkTicker.WriteTotals(sink.Counters, output);
        return sink.Counters.Changed == 0 ? 0 : 1;
    }

    private static Option<double> Share(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PERCENT",
        Validators = { result => { if (result.GetValueOrDefault<double>() is < 0 or > 100) result.AddError($"{name} takes a number from 0 to 100"); } },
    };

    private static IPEndPoint? EndPointOf(ArgumentResult result)
    {
        if (IPEndPoint.TryParse(result.Tokens[0].Value, out var endPoint) && result.Tokens[0].Value.Contains(':', StringComparison.Ordinal)) return endPoint;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"--listen takes ADDRESS:PORT, not '{result.Tokens[0].Value}'"));
        return null;
    }
}
