using System.Globalization;
using System.Text;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>
/// <c>sendmail</c> without a mode, and <c>-bm</c>: hands the message on standard input over. <c>-v</c> has the sender told what the attempts
/// did; <c>-bv</c> sends nothing and asks the next hops only.
/// </summary>
internal static class SubmitMode
{
    public static async Task<int> RunAsync(SendmailOptions options, TextWriter output, TextWriter error)
    {
        if (options.Trace == DeliveryTrace.Verify && options.ReadsRecipients)
            return SendmailApplet.Fatal(error, "-t option cannot be used with -bv", ExitStatus.Usage);
        var user = CurrentUserId();
        var recipients = options.Arguments.SelectMany(a => AddressList.Parse(a)).ToList();
        if (recipients.Count == 0 && !options.ReadsRecipients)
            return Fatal(error, user, "Recipient addresses must be specified on the command line or via the -t option", ExitStatus.Usage);
        if (ConfigFolder.Open(options.ConfigDirectory, [], error) is not { } configuration) return ExitStatus.TryAgain;
        await using var message = options.Trace == DeliveryTrace.Verify ? new SpooledMessage(0) : await ReadInputAsync(options, configuration.Current.Get(CleanupParameters.MessageSizeLimit));
        if (message.IsTooBig) return Fatal(error, user, "message file too big", ExitStatus.Data);
        if (options.ReadsRecipients) recipients.AddRange(HeaderRecipients.Of(message.Open()));
        if (recipients.Count == 0) return Fatal(error, user, "No recipient addresses found in message header", ExitStatus.Usage);
        var submission = options.EnvelopeFor(recipients, user);
        if (options.Trace == DeliveryTrace.Verify) message.Write(Probe(submission));
        var submitter = new Submitter(configuration.Current, TimeProvider.System);
        var result = await submitter.SubmitAsync(submission, message.Open, CancellationToken.None);
        if (result.Refusal.Length > 0) return Fatal(error, user, result.Refusal, StatusOf(result));
        if (options.Trace != DeliveryTrace.None) await output.WriteLineAsync($"Mail Delivery Status Report will be mailed to <{submission.Sender}>.");
        return ExitStatus.Done;
    }

    /// <summary>The number of the user who runs the command, as the system knows it.</summary>
    public static int CurrentUserId()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal));
        return int.Parse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static async Task<SpooledMessage> ReadInputAsync(SendmailOptions options, long limit)
    {
        var message = new SpooledMessage(limit);
        await message.ReadAsync(Console.OpenStandardInput(), options.EndsAtDot);
        return message;
    }

    private static byte[] Probe(Submission submission) =>
        Encoding.UTF8.GetBytes($"From: {submission.Sender}\nSubject: probe\nTo:\t{string.Join(",\n\t", submission.Recipients)}\n\n");

    private static int StatusOf(SubmissionResult result) =>
        result.IsTemporary ? ExitStatus.TryAgain : result.Refusal.StartsWith("5.7.", StringComparison.Ordinal) ? ExitStatus.NoPermission : ExitStatus.Data;

    /// <summary>Postfix names the user, so that an administrator who reads the error of a script knows whose it is.</summary>
    private static int Fatal(TextWriter error, int user, string what, int status) =>
        SendmailApplet.Fatal(error, string.Create(CultureInfo.InvariantCulture, $"{SubmitUsers.Find(user).Name}({user}): {what}"), status);
}
