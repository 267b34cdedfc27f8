using Akka.Persistence;

namespace BulkRelay.Core.Queue.Journal;

/// <summary>
/// Writes what destinations learn, and reads it after a start. One persistent actor for all of them: that is the shape in which the journal
/// is fast (many events at once, one recovery). It ends when it cannot write, and is started again by its supervisor; what waits is lost then
/// and told again (<see cref="TellAgain"/>).
/// </summary>
internal sealed class JournalActor : UntypedPersistentActor, IWithTimers
{
    /// <summary>Events that are on the way to the database at once; what comes meanwhile waits, the newest of each destination.</summary>
    private const int MostOutstanding = 200;

    /// <summary>Destinations of which something is kept: far more than are in trouble at once; the bound of memory and disk.</summary>
    private const int MostDestinations = 100_000;

    /// <summary>A snapshot is due after so many events, and not before there are as many as destinations.</summary>
    private const int SnapshotAfter = 1_000;

    /// <summary>How often what is over is given up that no destination has asked for: its mail was deleted while the relay was down.</summary>
    private static readonly TimeSpan SweepTime = TimeSpan.FromHours(1);

    private readonly IJournalDatabase _database;
    private readonly QueueServices _services;
    private readonly IActorRef _keeper;
    private readonly Dictionary<DestinationKey, DestinationKnowledge> _known = [];
    private readonly Dictionary<DestinationKey, IJournalEvent> _waiting = [];
    private readonly Queue<DestinationKey> _order = new();
    private HashSet<DestinationKey> _recalled = [];
    private int _outstanding;
    private long _events;
    private int _unreadable;
    private string _unreadableReason = "";
    private bool _isSnapshotting;
    private bool _isFull;
    private bool _isSettling;

    public JournalActor(IJournalDatabase database, QueueServices services, IActorRef keeper)
    {
        _database = database;
        _services = services;
        _keeper = keeper;
        JournalPluginId = JournalPlugin.Journal;
        SnapshotPluginId = JournalPlugin.Snapshots;
        try
        {
            if (database.Prepare() is { } found)
                services.Log.Warning($"what destinations knew was damaged, they begin with initial windows: {found}");
        }
        catch (Exception e)
        {
            keeper.Tell(new JournalFailed(e.Message));
            throw;
        }
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public override string PersistenceId => "destinations";

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: KnowledgeSnapshot snapshot }:
                foreach (var learned in snapshot.Destinations) _known[learned.Destination] = learned.Knowledge;
                break;
            case SnapshotOffer { Snapshot: UnreadableEvent unreadable }: OnUnreadable(unreadable); break;
            case UnreadableEvent unreadable: OnUnreadable(unreadable); break;
            case IJournalEvent read: Apply(read); break;
            case RecoveryCompleted: OnRecovered(); break;
        }
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case DestinationLearned learned when IsRoomFor(learned.Destination): Keep(learned.Destination, learned); break;
            case DestinationLearned: break;
            case DestinationForgotten forgotten: Forget(forgotten); break;
            case SettleJournal: _isSettling = true; TellIfSettled(); break;
            case SweepTick: Sweep(); break;
            case SaveSnapshotSuccess saved: OnSnapshot(saved.Metadata); break;
            case SaveSnapshotFailure failure: OnSnapshotFailed(failure.Cause); break;
            case DeleteMessagesFailure failure: OnDeleteFailed(failure.Cause); break;
            case DeleteSnapshotsFailure failure: OnDeleteFailed(failure.Cause); break;
            case DeleteMessagesSuccess or DeleteSnapshotsSuccess: break;
            default: Unhandled(message); break;
        }
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _keeper.Tell(new JournalFailed(cause.Message));

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => _keeper.Tell(new JournalFailed(reason.Message));

    private void OnUnreadable(UnreadableEvent unreadable)
    {
        _unreadable++;
        _unreadableReason = unreadable.Reason;
    }

    private void OnRecovered()
    {
        if (_unreadable > 0)
            _services.Log.Warning($"{_database.Place}: {_unreadable} events cannot be read and are passed over, the last one is {_unreadableReason}");
        _recalled = [.. _known.Keys];
        _keeper.Tell(new JournalRecovered([.. _known.Select(k => new DestinationLearned(k.Key, k.Value))]));
        TellHolds();
        Timers.StartPeriodicTimer(SweepTick.Instance, SweepTick.Instance, SweepTime);
    }

    private void Apply(IJournalEvent written)
    {
        _events++;
        if (written is DestinationLearned learned) _known[learned.Destination] = learned.Knowledge;
        else if (written is DestinationForgotten forgotten) _known.Remove(forgotten.Destination);
    }

    private bool IsRoomFor(DestinationKey destination)
    {
        if (_known.ContainsKey(destination) || _known.Count + _waiting.Count < MostDestinations) return true;
        if (!_isFull) _services.Log.Warning($"more than {MostDestinations} destinations have learned something: of the rest nothing is kept over a restart");
        _isFull = true;
        return false;
    }

    private void Forget(DestinationForgotten forgotten)
    {
        if (_known.ContainsKey(forgotten.Destination) || _waiting.ContainsKey(forgotten.Destination) || _outstanding > 0)
            Keep(forgotten.Destination, forgotten);
    }

    private void Keep(DestinationKey destination, IJournalEvent news)
    {
        _recalled.Remove(destination);
        if (!_waiting.ContainsKey(destination)) _order.Enqueue(destination);
        _waiting[destination] = news;
        Write();
    }

    private void Write()
    {
        var next = new List<IJournalEvent>();
        while (_outstanding + next.Count < MostOutstanding && _order.TryDequeue(out var destination))
        {
            _waiting.Remove(destination, out var news);
            next.Add(news!);
        }
        if (next.Count == 0) return;
        _outstanding += next.Count;
        PersistAllAsync(next, OnWritten);
    }

    private void OnWritten(IJournalEvent written)
    {
        _outstanding--;
        Apply(written);
        Write();
        if (!_isSnapshotting && _events >= Math.Max(SnapshotAfter, _known.Count))
        {
            _isSnapshotting = true;
            SaveSnapshot(new KnowledgeSnapshot([.. _known.Select(k => new DestinationLearned(k.Key, k.Value))]));
        }
        TellIfSettled();
    }

    private void TellIfSettled()
    {
        if (_outstanding > 0 || _waiting.Count > 0) return;
        TellHolds();
        if (_isSettling) _keeper.Tell(JournalSettled.Instance);
        _isSettling = false;
    }

    private void TellHolds() => _keeper.Tell(new JournalHolds(_known.Count, _events));

    /// <summary>What came before the snapshot is not needed any more.</summary>
    private void OnSnapshot(SnapshotMetadata saved)
    {
        _isSnapshotting = false;
        _events = LastSequenceNr - saved.SequenceNr;
        TellHolds();
        DeleteMessages(saved.SequenceNr);
        DeleteSnapshots(new SnapshotSelectionCriteria(saved.SequenceNr - 1));
    }

    private void OnSnapshotFailed(Exception cause)
    {
        _isSnapshotting = false;
        _services.Log.Warning($"{_database.Place}: cannot write a snapshot, the next one will do: {cause.Message}");
    }

    private void OnDeleteFailed(Exception cause) =>
        _services.Log.Warning($"{_database.Place}: cannot delete what is not needed any more, the next time will do: {cause.Message}");

    private void Sweep()
    {
        var now = _services.Time.GetUtcNow();
        var over = _recalled.Where(d => _known.TryGetValue(d, out var known) && (known.Closure is null || known.Closure.Until <= now) && known.RestsUntil <= now);
        foreach (var destination in over.ToList()) Keep(destination, new DestinationForgotten(destination));
    }

    private sealed record SweepTick
    {
        public static readonly SweepTick Instance = new();
    }
}
