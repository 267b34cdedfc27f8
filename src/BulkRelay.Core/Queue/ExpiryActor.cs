using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue;

/// <summary>Has the queue swept for mail that is given up (<see cref="ExpirySweep"/>): now and then, and when the operator gives mail up.</summary>
internal sealed class ExpiryActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PauseWithMore = TimeSpan.FromSeconds(1);
    private static readonly QueueFilter NotHeld = new() { States = [QueueState.Deferred] };

    private readonly QueueServices _services;
    private readonly ExpirySweep _sweep;
    private readonly Queue<MessagesExpired> _expired = new();
    private bool _isSweeping;

    public ExpiryActor(QueueServices services)
    {
        _services = services;
        _sweep = new ExpirySweep(services);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartSingleTimer(SweepTick.Instance, SweepTick.Instance, Interval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MessagesExpired expired: _expired.Enqueue(expired); break;
            case SweepTick: Sweep(NotHeld); break;
            case Swept swept: OnSwept(swept.HasMore ? PauseWithMore : Interval); break;
            case SweepFailed failed:
                _services.Log.Warning($"cannot look for mail that is too old: {failed.Cause.Message}");
                OnSwept(Interval);
                break;
            default: Unhandled(message); return;
        }
        if (!_isSweeping && _expired.TryDequeue(out var next)) Sweep(new QueueFilter { MessageIds = next.MessageIds });
    }

    private void Sweep(QueueFilter filter)
    {
        _isSweeping = true;
        SweepAsync(filter).PipeTo(Self, failure: static e => new SweepFailed(e));
    }

    private async Task<Swept> SweepAsync(QueueFilter filter) => new(await _sweep.RunAsync(filter).ConfigureAwait(false));

    private void OnSwept(TimeSpan pause)
    {
        _isSweeping = false;
        Timers.StartSingleTimer(SweepTick.Instance, SweepTick.Instance, pause);
    }

    private sealed record Swept(bool HasMore);

    private sealed record SweepFailed(Exception Cause);

    private sealed record SweepTick
    {
        public static readonly SweepTick Instance = new();
    }
}
