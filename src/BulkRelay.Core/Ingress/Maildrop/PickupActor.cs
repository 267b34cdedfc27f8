using System.Diagnostics.CodeAnalysis;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress.Maildrop;

/// <summary>
/// Takes up what was left in the maildrop folder (Postfix: pickup(8)): when the relay starts, once a minute, and when asked to. A file goes
/// once its message is in the queue; a crash between the two makes a second copy, never a loss.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor is not disposed of: PostStop ends what it owns.")]
public sealed class PickupActor(MaildropFolder folder, LocalSubmission submissions, ServiceLog log) : UntypedActor, IWithTimers
{
    /// <summary>Files that are handed over at once, so that they share commits.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan Wakeup = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private bool _isScanning;
    private bool _scansAgain;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Scan.Instance, Scan.Instance, Wakeup);
        Self.Tell(Scan.Instance);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Scan when _isScanning:
                _scansAgain = true;
                break;
            case Scan:
                _isScanning = true;
                var self = Self;
                Task.Run(ScanAsync).PipeTo(self, success: () => Scanned.Instance, failure: e => new ScanFailed(e));
                break;
            case Scanned:
                EndScan();
                break;
            case ScanFailed failed:
                log.Warning($"maildrop: {failed.Cause.Message}");
                EndScan();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void EndScan()
    {
        _isScanning = false;
        if (!_scansAgain) return;
        _scansAgain = false;
        Self.Tell(Scan.Instance);
    }

    private async Task ScanAsync()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = _stopping.Token };
        try
        {
            await Parallel.ForEachAsync(folder.Files, options, TakeAsync);
        }
        catch (OperationCanceledException)
        {
            // The relay stops; the files stay for its next start.
        }
    }

    private async ValueTask TakeAsync(string path, CancellationToken cancel)
    {
        await using var file = MaildropFile.TryOpen(path);
        if (file is null) return;
        if (await SubmissionText.ReadEnvelopeAsync(file.Text, cancel) is not { } submission)
        {
            PutAside(path, "it has no envelope");
            return;
        }
        var result = await submissions.SubmitAsync(submission with { UserId = file.UserId }, file.Text.AsStream(leaveOpen: true), cancel);
        if (result.IsQueued) File.Delete(path);
        else if (result.IsTemporary) log.Warning($"maildrop: {Path.GetFileName(path)}: {result.Refusal}: tried again in a minute");
        else PutAside(path, result.Refusal);
    }

    private void PutAside(string path, string reason)
    {
        log.Warning($"maildrop: {Path.GetFileName(path)}: {reason}: the file is in the folder corrupt now");
        folder.PutAside(path);
    }

    /// <summary>To this actor: look now.</summary>
    public sealed record Scan
    {
        public static readonly Scan Instance = new();
    }

    private sealed record Scanned
    {
        public static readonly Scanned Instance = new();
    }

    private sealed record ScanFailed(Exception Cause);
}
