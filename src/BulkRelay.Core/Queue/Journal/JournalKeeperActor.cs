using Akka.Pattern;

namespace BulkRelay.Core.Queue.Journal;

/// <summary>
/// Stands before the <see cref="JournalActor"/>: starts it when there is something to read or to write and not before, has it started again
/// when it ends, says once when nothing is kept and once when it is again, and never lets mail wait for it for long.
/// </summary>
internal sealed class JournalKeeperActor : UntypedActor, IWithTimers
{
    /// <summary>How long mail waits at the start for what destinations knew.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The pause before the actor is started again; it doubles with each time.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly IJournalDatabase _database;
    private readonly QueueServices _services;
    private IActorRef? _journal;
    private readonly List<IActorRef> _settling = [];
    private JournalHolds _holds = new(0, 0);
    private string? _fault;
    private bool _hasRecalled;

    public JournalKeeperActor(IJournalDatabase database, QueueServices services)
    {
        _database = database;
        _services = services;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        JournalPlugin.Install(Context.System, _database);
        Timers.StartSingleTimer(PatienceOver.Instance, PatienceOver.Instance, Patience);
        Task.Run(_database.Exists).PipeTo(Self, success: static exists => new Found(exists), failure: static _ => new Found(true));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Found found: OnFound(found.Exists); break;
            case JournalRecovered recovered: OnRecovered(recovered.Destinations); break;
            case JournalFailed failed: OnFailed(failed.Reason); break;
            case PatienceOver: OnFailed($"it has not answered for {Patience.TotalSeconds:0} s"); break;
            case DestinationLearned: Journal().Forward(message); break;
            case DestinationForgotten: _journal?.Forward(message); break;
            case JournalHolds holds: _holds = holds; break;
            case SettleJournal: OnSettle(); break;
            case JournalSettled: AnswerSettled(); break;
            case GetJournalStatus: Describe(); break;
            default: Unhandled(message); break;
        }
    }

    private IActorRef Journal()
    {
        if (_journal is { } running) return running;
        var (database, services, self) = (_database, _services, Self);
        var journal = Props.Create(() => new JournalActor(database, services, self));
        return _journal = Context.ActorOf(
            BackoffSupervisor.Props(Backoff.OnStop(journal, "destinations", LeastPause, LongestPause, 0.2, maxNrOfRetries: -1)), "supervisor");
    }

    private void OnFound(bool exists)
    {
        if (exists) Journal();
        else Recall([]);
    }

    private void OnRecovered(IReadOnlyList<DestinationLearned> destinations)
    {
        if (_fault is not null)
        {
            _services.Log.Info($"what destinations learn is kept again in {_database.Place}");
            _services.Queue.Tell(TellAgain.Instance);
        }
        _fault = null;
        Recall(destinations);
    }

    private void OnFailed(string reason)
    {
        if (_fault is null)
            _services.Log.Warning($"what destinations learn is not kept, after a restart they would begin with initial windows: {_database.Place}: {reason}");
        _fault = reason;
        Recall([]);
        AnswerSettled();
    }

    private void OnSettle()
    {
        _settling.Add(Sender);
        if (_journal is null || _fault is not null) AnswerSettled();
        else _journal.Tell(SettleJournal.Instance);
    }

    private void AnswerSettled()
    {
        foreach (var asker in _settling) asker.Tell(JournalSettled.Instance);
        _settling.Clear();
    }

    private void Describe()
    {
        var (asker, holds, fault, database) = (Sender, _holds, _fault, _database);
        if (_journal is null) asker.Tell(new JournalStatus(database.Place, 0, 0, null, null));
        else Task.Run(database.Octets).PipeTo(asker,
            success: octets => new JournalStatus(database.Place, holds.Destinations, holds.Events, octets, fault),
            failure: _ => new JournalStatus(database.Place, holds.Destinations, holds.Events, null, fault));
    }

    private void Recall(IReadOnlyList<DestinationLearned> destinations)
    {
        Timers.Cancel(PatienceOver.Instance);
        if (_hasRecalled) return;
        _hasRecalled = true;
        _services.Queue.Tell(new Recalled(destinations));
    }

    private sealed record Found(bool Exists);

    private sealed record PatienceOver
    {
        public static readonly PatienceOver Instance = new();
    }
}
