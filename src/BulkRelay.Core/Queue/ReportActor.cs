namespace BulkRelay.Core.Queue;

/// <summary>
/// Has the reports made that wait for the outcomes of other recipients (<see cref="CollectedReports"/>): soon after there is something to
/// report, at the start, after another owner of the queue, and again after a failure. While there is nothing to report it does nothing.
/// </summary>
internal sealed class ReportActor(QueueServices services) : UntypedActor, IWithTimers
{
    /// <summary>Long enough for what ends together to be reported together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Before it is tried again to look into a store that did not answer.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(30);

    private readonly CollectedReports _reports = new(services);
    private bool _isLooking;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Look();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case OutcomesUnreported: LookIn(Pause); break;
            case LookTick: Look(); break;
            case OwnerChanged:
                _reports.Forget();
                LookIn(Pause);
                break;
            case Looked looked:
                _isLooking = false;
                if (looked.Next is { } pause) LookIn(pause);
                break;
            default: Unhandled(message); break;
        }
    }

    private void LookIn(TimeSpan pause)
    {
        if (!Timers.IsTimerActive(pause)) Timers.StartSingleTimer(pause, LookTick.Instance, pause);
    }

    private void Look()
    {
        if (_isLooking)
        {
            LookIn(Pause);
            return;
        }
        _isLooking = true;
        _reports.RunAsync().PipeTo(Self, success: static hasMore => new Looked(hasMore ? Pause : null), failure: OnFailure);
    }

    private Looked OnFailure(Exception cause)
    {
        if (!services.HardStop.IsCancellationRequested) services.Log.Warning($"cannot look for what is to be reported: {cause.Message}");
        return new Looked(FailurePause);
    }

    private sealed record LookTick
    {
        public static readonly LookTick Instance = new();
    }

    private sealed record Looked(TimeSpan? Next);
}
