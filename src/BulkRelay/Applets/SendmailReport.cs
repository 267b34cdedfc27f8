using System.Globalization;
using System.Text;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Queue;
using BulkRelay.Server.Admin;
using BulkRelay.Smtp;

namespace BulkRelay.Server.Applets;

/// <summary>
/// <c>sendmail -bv</c>: asks the next hops whether they would take mail for the recipients. <c>sendmail -v</c>: sends the message that
/// stands on standard input. Both have the sender told by mail what the attempts did.
/// </summary>
internal static class SendmailReport
{
    private const int UsageError = 64;
    private const int DataError = 65;
    private const int Unavailable = 69;
    private const int TemporaryFailure = 75;

    /// <summary>Options of sendmail(1); those of other mailers that mean nothing here (<c>-i</c>, <c>-m</c>, <c>-n</c>, <c>-o…</c>) are taken and ignored.</summary>
    private const string Letters = "A:B:b:c:F:f:GhimN:no:R:r:tUV:vX:";

    /// <summary>Sends nothing.</summary>
    public static Task<int> VerifyAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error) => RunAsync(args, DeliveryTrace.Verify, output, error);

    /// <summary>Sends.</summary>
    public static Task<int> SendAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error) => RunAsync(args, DeliveryTrace.Record, output, error);

    private static async Task<int> RunAsync(IReadOnlyList<string> args, DeliveryTrace trace, TextWriter output, TextWriter error)
    {
        var options = ShortOptions.Parse(args, Letters, out var fault);
        if (fault is not null) return Fatal(error, fault, UsageError);
        if (options.Has('t')) return Fatal(error, "-t is not available with -v and -bv: name the recipients", UsageError);
        if (options.Arguments.Count == 0) return Fatal(error, "Recipient addresses must be specified on the command line", UsageError);
        if (ConfigFolder.Open(options.Value('c'), [], error) is not { } configuration) return TemporaryFailure;
        var submission = EnvelopeOf(options, trace);
        try
        {
            await using var relay = ControlSocket.Connect(ConfigFolder.QueueDirectory(configuration.Current));
            if (relay is null) return Fatal(error, "the relay is not running", TemporaryFailure);
            await using var message = trace == DeliveryTrace.Verify ? Probe(submission) : Console.OpenStandardInput();
            var result = await relay.SubmitAsync(submission, message, CancellationToken.None);
            if (!result.IsQueued) return Fatal(error, result.Refusal, result.IsTemporary ? TemporaryFailure : DataError);
        }
        catch (HttpRequestException e)
        {
            return Fatal(error, $"the relay does not answer: {e.Message}", TemporaryFailure);
        }
        catch (UnauthorizedAccessException e)
        {
            return Fatal(error, e.Message, Unavailable);
        }
        await output.WriteLineAsync($"Mail Delivery Status Report will be mailed to <{submission.Sender}>.");
        return 0;
    }

    private static Submission EnvelopeOf(ShortOptions options, DeliveryTrace trace) => new()
    {
        Sender = options.Value('f') ?? options.Value('r') ?? Environment.UserName,
        Recipients = options.Arguments,
        Notify = options.Value('N') ?? "",
        Ret = options.Value('R') ?? "",
        Envid = Xtext.Encode(options.Value('V') ?? ""),
        Verp = options.Value('X') is ['V', .. var delimiters] ? delimiters : null,
        Trace = trace,
        UserId = CurrentUserId(),
    };

    /// <summary>The number of the user who runs the command, as the system knows it.</summary>
    private static int CurrentUserId()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal));
        return int.Parse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static MemoryStream Probe(Submission submission) =>
        new(Encoding.UTF8.GetBytes($"From: {submission.Sender}\nSubject: probe\nTo:\t{string.Join(",\n\t", submission.Recipients)}\n\n"));

    private static int Fatal(TextWriter error, string what, int status)
    {
        error.WriteLine($"sendmail: fatal: {what}");
        return status;
    }
}
