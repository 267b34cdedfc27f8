namespace BulkRelay.Core.Queue;

/// <summary>
/// Has the reports made that wait for the outcomes of other recipients (<see cref="CollectedReports"/>): soon after there is something to
/// report, at the start, and now and then, so that nothing is forgotten whatever went wrong.
/// </summary>
internal sealed class ReportActor(QueueServices services) : UntypedActor, IWithTimers
{
    /// <summary>Long enough for what ends together to be reported together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly CollectedReports _reports = new(services);
    private bool _isLooking;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Interval, LookTick.Instance, Interval);
        Look();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case OutcomesUnreported: LookSoon(); break;
            case LookTick: Look(); break;
            case OwnerChanged: _reports.Forget(); break;
            case Looked looked:
                _isLooking = false;
                if (looked.HasMore) LookSoon();
                break;
            default: Unhandled(message); break;
        }
    }

    private void LookSoon()
    {
        if (!Timers.IsTimerActive(Pause)) Timers.StartSingleTimer(Pause, LookTick.Instance, Pause);
    }

    private void Look()
    {
        if (_isLooking)
        {
            LookSoon();
            return;
        }
        _isLooking = true;
        _reports.RunAsync().PipeTo(Self, success: static hasMore => new Looked(hasMore), failure: OnFailure);
    }

    private Looked OnFailure(Exception cause)
    {
        if (!services.HardStop.IsCancellationRequested) services.Log.Warning($"cannot look for what is to be reported: {cause.Message}");
        return new Looked(HasMore: false);
    }

    private sealed record LookTick
    {
        public static readonly LookTick Instance = new();
    }

    private sealed record Looked(bool HasMore);
}
