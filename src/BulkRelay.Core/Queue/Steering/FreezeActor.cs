using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>Keeps the freezes: begins and ends them, and ends those whose time is over.</summary>
internal sealed class FreezeActor : UntypedActor, IWithTimers
{
    /// <summary>Recipients that are taken back in one transaction.</summary>
    private const int UnparkBatch = 500;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly QueueServices _services;

    public FreezeActor(QueueServices services) => _services = services;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Self.Tell(EndTick.Instance);
        // The last process may have ended in the middle of taking mail back.
        Self.Tell(ParkedLate.Instance);
        SetTimer();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case BeginFreeze begin: Answer(() => BeginAsync(begin.Freeze)); break;
            case EndFreeze end: Answer(() => EndAsync(end.Scope, end.Name)); break;
            case EndTick: RunTask(EndDueAsync); break;
            case ParkedLate: RunTask(UnparkAsync); break;
            case OwnerChanged: RunTask(ReadFreezesAsync); break;
            default: Unhandled(message); break;
        }
    }

    private void Answer(Func<Task<bool>> work)
    {
        var asker = Sender;
        RunTask(async () =>
        {
            try
            {
                asker.Tell(new FreezeAnswer(await work(), null));
            }
            catch (QueueStoreException e)
            {
                asker.Tell(new FreezeAnswer(false, e.Message));
            }
        });
    }

    private async Task<bool> BeginAsync(QueueFreeze freeze)
    {
        await _services.Store.FreezeAsync(freeze, _services.HardStop);
        Publish([.. Others(freeze.Scope, freeze.Name), freeze]);
        var end = freeze.Until is { } until ? $", until {until:yyyy-MM-dd HH:mm:ss}Z" : "";
        _services.Log.Info($"frozen: {NameOf(freeze.Scope, freeze.Name)}{end}: {freeze.Reason}");
        return true;
    }

    private async Task<bool> EndAsync(FreezeScope scope, string name)
    {
        if (!await _services.Store.UnfreezeAsync(scope, name, _services.HardStop)) return false;
        Publish(Others(scope, name));
        _services.Log.Info($"no longer frozen: {NameOf(scope, name)}");
        if (scope is FreezeScope.Flow or FreezeScope.Domain) await UnparkAsync();
        return true;
    }

    private async Task EndDueAsync()
    {
        var now = _services.Time.GetUtcNow();
        try
        {
            foreach (var freeze in _services.Freezes.All.Where(f => f.Until <= now)) await EndAsync(freeze.Scope, freeze.Name);
            SetTimer();
        }
        catch (QueueStoreException e)
        {
            _services.Log.Warning($"a freeze cannot be ended yet: {e.Message}");
            Timers.StartSingleTimer(EndTick.Instance, EndTick.Instance, RetryPause);
        }
    }

    /// <summary>
    /// Makes all mail due again that was set aside. What a freeze keeps still is set aside anew when it comes to its destination.
    /// </summary>
    private async Task UnparkAsync()
    {
        try
        {
            for (var isMore = true; isMore;)
            {
                var unparked = await _services.Store.UnparkAsync(UnparkBatch, _services.HardStop);
                foreach (var destination in unparked.Destinations)
                    _services.Queue.Tell(new DestinationDue(destination, _services.Time.GetUtcNow()));
                isMore = unparked.Recipients == UnparkBatch;
            }
        }
        catch (QueueStoreException e)
        {
            _services.Log.Warning($"mail that was frozen cannot be taken back yet: {e.Message}");
            Timers.StartSingleTimer(ParkedLate.Instance, ParkedLate.Instance, RetryPause);
        }
    }

    /// <summary>
    /// The store has been another's meanwhile, which may have begun and ended freezes: nothing may leave before it is known what has to
    /// stay.
    /// </summary>
    private async Task ReadFreezesAsync()
    {
        var changes = _services.OwnerChanges;
        try
        {
            Publish(await _services.Store.ReadFreezesAsync(_services.HardStop));
        }
        catch (QueueStoreException e)
        {
            _services.Log.Warning($"cannot read what is frozen: {e.Message}");
            Timers.StartSingleTimer(OwnerChanged.Instance, OwnerChanged.Instance, RetryPause);
            return;
        }
        _services.EndOwnerChange(changes);
        _services.Queue.Tell(ReadAnew.Instance);
        await UnparkAsync();
    }

    private List<QueueFreeze> Others(FreezeScope scope, string name) =>
        [.. _services.Freezes.All.Where(f => f.Scope != scope || f.Name != name)];

    private void Publish(IReadOnlyList<QueueFreeze> freezes)
    {
        _services.Freezes = new FreezeSet(freezes);
        _services.Queue.Tell(FreezesChanged.Instance);
        SetTimer();
    }

    private void SetTimer()
    {
        if (_services.Freezes.All.Min(f => f.Until) is { } first)
            Timers.StartSingleTimer(EndTick.Instance, EndTick.Instance, DueDelay.Until(first, _services.Time.GetUtcNow()));
    }

    private static string NameOf(FreezeScope scope, string name) =>
        scope == FreezeScope.All ? "all mail" : $"{scope.ToString().ToLowerInvariant()} {name}";

    private sealed record EndTick
    {
        public static readonly EndTick Instance = new();
    }
}
