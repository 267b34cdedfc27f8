using System.Text.Json;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>
/// Hands a message to the running relay; if there is none, or it cannot take the message now, leaves it in the maildrop folder, where the
/// relay finds it. What was handed over when the relay died without an answer is left there too: twice is better than never.
/// </summary>
internal sealed class Submitter(ConfigSnapshot configuration, TimeProvider time)
{
    /// <summary>How long the relay may take to answer. One that takes longer stands still.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _queueDirectory = RelayFinder.FindAll(configuration)[0];

    /// <summary>Hands over. Queued, or in the folder, is success; otherwise the refusal says why not.</summary>
    public async Task<SubmissionResult> SubmitAsync(Submission submission, Func<Stream> message, CancellationToken cancel)
    {
        if (SubmissionText.Refusal(submission) is { } tooLong) return new SubmissionResult("", tooLong);
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        var answer = await AskAsync(submission, message, either.Token);
        if (answer is { IsQueued: true } or { IsTemporary: false }) return answer;
        var dropped = await DropAsync(submission, message, answer, cancel);
        if (dropped.Refusal.Length == 0) await TellAsync(either.Token);
        return dropped;
    }

    /// <summary>Null if nobody answers, or nothing that makes sense: whether the relay has it is not known then.</summary>
    private async Task<SubmissionResult?> AskAsync(Submission submission, Func<Stream> message, CancellationToken cancel)
    {
        try
        {
            await using var relay = ControlSocket.ConnectTo(SubmitSocket.PathIn(_queueDirectory));
            return relay is null ? null : await relay.SubmitAsync(submission, message(), cancel);
        }
        catch (Exception e) when (e is HttpRequestException or QueueStoreException or UnauthorizedAccessException or IOException
            or JsonException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<SubmissionResult> DropAsync(
        Submission submission, Func<Stream> message, SubmissionResult? answer, CancellationToken cancel)
    {
        // The relay says what it does not take; while it is down that has to be found out here, or nobody would be told.
        var refusal = await LocalSubmission.CheckAsync(submission, message(), configuration, cancel);
        if (refusal is not null) return new SubmissionResult("", refusal);
        var folder = new MaildropFolder(_queueDirectory);
        try
        {
            await folder.AddAsync(submission, message(), cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SubmissionResult("", $"{answer?.Refusal ?? "4.3.0 the relay is not running"}, and the message cannot be kept for it: {e.Message}");
        }
        return new SubmissionResult("", "");
    }

    /// <summary>A relay that has started just now need not wait for its next look.</summary>
    private async Task TellAsync(CancellationToken cancel)
    {
        try
        {
            await using var relay = ControlSocket.ConnectTo(SubmitSocket.PathIn(_queueDirectory));
            if (relay is not null) await relay.PickUpAsync(cancel);
        }
        catch (Exception e) when (e is HttpRequestException or UnauthorizedAccessException or OperationCanceledException)
        {
            // It will look by itself.
        }
    }
}
