using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Ingress.Maildrop;

/// <summary>
/// Takes up what was left in the maildrop folder (Postfix: pickup(8)): when the relay starts, once a minute, and when asked to. A file goes
/// once its message, or the report that it is refused, is in the queue; a crash between the two makes a second copy, never a loss. What can
/// neither be sent nor returned is put aside. Told to <see cref="IngressProtocol.Drain"/> it ends what it has in hand, begins nothing, and stops.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor is not disposed of: PostStop ends what it owns.")]
public sealed class PickupActor(MaildropFolder folder, LocalSubmission submissions, IngressServices services) : UntypedActor, IWithTimers
{
    /// <summary>Files that are handed over at once, so that they share commits.</summary>
    private const int AtOnce = 16;

    private static readonly TimeSpan Wakeup = TimeSpan.FromMinutes(1);

    private readonly ServiceLog _log = services.Log.For(services.SyslogName, "pickup");
    private readonly RefusedMail _refused = new(submissions, services);

    /// <summary>Files that are done with and could not be removed: they are not to be sent again.</summary>
    private readonly ConcurrentDictionary<string, bool> _done = new();

    private readonly CancellationTokenSource _stopping = new();
    private bool _isScanning;
    private bool _scansAgain;
    private bool _isDraining;

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
            case IngressProtocol.Drain:
                _isDraining = true;
                _stopping.Cancel();
                if (!_isScanning) Context.Stop(Self);
                break;
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
                _log.Warning($"maildrop: {failed.Cause.Message}");
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
        if (_isDraining) Context.Stop(Self);
        if (_isDraining || !_scansAgain) return;
        _scansAgain = false;
        Self.Tell(Scan.Instance);
    }

    private async Task ScanAsync()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = _stopping.Token };
        try
        {
            // What is in hand is not cut off: its message may be in the queue already, and the file would be sent again.
            await Parallel.ForEachAsync(folder.Files, options, (path, _) => TakeAsync(path, CancellationToken.None));
        }
        catch (OperationCanceledException)
        {
            // The relay stops; the files stay for its next start.
        }
    }

    /// <summary>Trouble with one file is no trouble of the others.</summary>
    private async ValueTask TakeAsync(string path, CancellationToken cancel)
    {
        try
        {
            if (_done.ContainsKey(path) || await IsDoneWithAsync(path, cancel)) Remove(path);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.Warning($"maildrop: {Path.GetFileName(path)}: {e.Message}: tried again in a minute");
        }
    }

    /// <summary>True if the message, or what there is to say about it, is in the queue.</summary>
    private async ValueTask<bool> IsDoneWithAsync(string path, CancellationToken cancel)
    {
        await using var file = MaildropFile.TryOpen(path);
        if (file is null) return false;
        using var room = submissions.RoomForEnvelope();
        if (await SubmissionText.ReadEnvelopeAsync(file.Text, room, cancel) is not { } read)
        {
            if (room.IsShort) StaysFor(path, "4.3.1 too much mail is being received");
            else PutAside(path, "it has no envelope");
            return false;
        }
        var submission = read with { UserId = file.UserId };
        var result = await submissions.SubmitAsync(submission, file.Text.AsStream(leaveOpen: true), cancel);
        if (result.IsQueued) return true;
        if (!result.IsTemporary)
        {
            await file.RewindAsync();
            await SubmissionText.ReadEnvelopeAsync(file.Text, room, cancel);
            return await IsReturnedAsync(path, submission, result.Refusal, file.Text.AsStream(leaveOpen: true), cancel);
        }
        StaysFor(path, result.Refusal);
        return false;
    }

    private async ValueTask<bool> IsReturnedAsync(
        string path, Submission submission, string refusal, Stream content, CancellationToken cancel)
    {
        var returned = await _refused.ReturnAsync(submission, refusal, content, cancel);
        if (returned is null) PutAside(path, $"{refusal}, and there is nobody to return it to");
        else if (returned != StoreResult.Stored) StaysFor(path, $"{refusal}, and there is no room for the report");
        return returned == StoreResult.Stored;
    }

    private void Remove(string path)
    {
        _done[path] = true;
        File.Delete(path);
        _done.TryRemove(path, out _);
    }

    private void StaysFor(string path, string reason) =>
        _log.Warning($"maildrop: {Path.GetFileName(path)}: {reason}: tried again in a minute");

    private void PutAside(string path, string reason)
    {
        folder.PutAside(path);
        _log.Warning($"maildrop: {Path.GetFileName(path)}: {reason}: the file is in the folder corrupt now");
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
