using System.Collections.Concurrent;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// What all parts of the queue share. Made once, before the <see cref="QueueActor"/>; all of it is safe to use from any thread.
/// </summary>
public sealed class QueueServices : IDisposable
{
    private readonly ConcurrentDictionary<string, TransportState> _transports = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _hardStop = new();
    private volatile QueueConfiguration _configuration;
    private volatile IActorRef? _queue;
    private volatile FreezeSet _freezes = FreezeSet.Empty;
    private int _ownerChanges;
    private int _ownerChangesRead;

    public QueueServices(QueueConfiguration configuration)
    {
        _configuration = configuration;
        Intake = new QueueIntake(this);
        Recorder = new OutcomeRecorder(this);
    }

    public required IQueueStore Store { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Makes the reports about failed recipients.</summary>
    public required ReportBuilder BuildReport { get; init; }

    /// <summary>Where actors keep what they know; null if nothing is to be kept.</summary>
    internal IJournalDatabase? Journal { get; init; }

    /// <summary>The log of the queue manager: <c>postfix/qmgr</c>.</summary>
    public required ServiceLog Log { get; init; }

    /// <summary>The log of the reports: <c>postfix/bounce</c>.</summary>
    public required ServiceLog BounceLog { get; init; }

    /// <summary>The way in for new mail.</summary>
    public QueueIntake Intake { get; }

    /// <summary>What has been done so far.</summary>
    public QueueStatistics Statistics { get; } = new();

    /// <summary>Who has which recipient in hand.</summary>
    public RecipientClaims Claims { get; } = new();

    /// <summary>
    /// The configuration for what begins now. Set it, then send <see cref="Reconfigured"/> to the <see cref="QueueActor"/>.
    /// </summary>
    public QueueConfiguration Configuration
    {
        get => _configuration;
        set => _configuration = value;
    }

    /// <summary>What the operator has frozen.</summary>
    public FreezeSet Freezes
    {
        get => _freezes;
        internal set => _freezes = value;
    }

    /// <summary>Messages in memory now, waiting or under delivery, counted once for each destination.</summary>
    public int ActiveEntries => Active.Entries;

    /// <summary>Starts the <see cref="QueueActor"/>, which takes up what the store holds. Before that nothing can be submitted.</summary>
    /// <exception cref="QueueStoreException">The store cannot be read.</exception>
    public IActorRef Start(ActorSystem system)
    {
        // Waited for: nothing may leave before it is known what has to stay.
        _freezes = new FreezeSet(Store.ReadFreezesAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult());
        var services = this;
        // A hand-over may come before the actor has run for the first time: its reference must be known by then.
        _queue = system.ActorOf(Props.Create(() => new QueueActor(services)), "queue");
        Store.OwnerChanged += OnOwnerChanged;
        return _queue;
    }

    /// <summary>
    /// Cuts deliveries off that outlast the grace time of a stop. What becomes of them is not recorded: after the next start they are
    /// made again.
    /// </summary>
    public void CutOff() => _hardStop.Cancel();

    /// <summary>To be called once the actors and the store have ended.</summary>
    public void Dispose() => _hardStop.Dispose();

    internal CancellationToken HardStop => _hardStop.Token;

    /// <summary>True while deliveries may begin: their results can be recorded, and it is known what may leave.</summary>
    internal bool MayDeliver => Volatile.Read(ref _ownerChangesRead) == OwnerChanges && Store.IsHealthy;

    /// <summary>How often the store has been another's while this process ran.</summary>
    internal int OwnerChanges => Volatile.Read(ref _ownerChanges);

    internal OutcomeRecorder Recorder { get; }

    internal ActiveBudget Active { get; } = new();

    internal ContentBudget ContentMemory { get; } = new();

    internal LargeContents LargeContents { get; } = new();

    /// <summary>The <see cref="QueueActor"/>.</summary>
    /// <exception cref="InvalidOperationException">It was not started.</exception>
    public IActorRef Queue => _queue ?? throw new InvalidOperationException("the queue is not started: call Start first");

    /// <summary>What outlives the actors of destinations.</summary>
    internal ConcurrentDictionary<DestinationKey, DestinationState> Destinations { get; } = new();

    /// <summary>The state of a transport: one object however often its actor is made anew.</summary>
    internal TransportState TransportOf(string name) =>
        _transports.GetOrAdd(name, static (name, services) => new TransportState(name, services), this);

    internal int ProcessLimit(string transport) =>
        Configuration.Transports.TryGetValue(transport, out var service) ? service.ProcessLimit : 0;

    /// <summary>The destination of a recipient now. Why a route could not be found goes to the log.</summary>
    internal async ValueTask<DestinationKey> RouteAsync(string recipient, MessageEnvelope message, CancellationToken cancel)
    {
        if (message.IsExpired) return DestinationKey.Expired;
        var route = await Configuration.Route(recipient, message.Sender, message.Filter, cancel).ConfigureAwait(false);
        if (route.Failure is { } failure) Log.Warning($"{message.QueueId}: to=<{recipient}>: {failure}");
        return route.Destination;
    }

    /// <summary><see cref="Freezes"/>, and what the configuration freezes.</summary>
    internal FreezeSet AllFreezes => Configuration.Freeze is { } freeze ? new FreezeSet([freeze, .. Freezes.All]) : Freezes;

    /// <summary>The freeze that keeps all mail of a destination; null if there is none.</summary>
    internal QueueFreeze? FreezeOf(DestinationKey destination) => Configuration.Freeze ?? Freezes.Of(destination);

    /// <summary>True if all mail of a transport is frozen.</summary>
    internal bool IsFrozen(string transport) => (Configuration.Freeze ?? Freezes.OfTransport(transport)) is not null;

    /// <summary>The freezes are those that were in the store after so many <see cref="OwnerChanges"/>.</summary>
    internal void EndOwnerChange(int changes) => Volatile.Write(ref _ownerChangesRead, changes);

    /// <summary>The line that Postfix writes when a message enters the active queue.</summary>
    internal void LogActive(MessageEnvelope message, int recipients) =>
        Log.Info($"{message.QueueId}: from=<{message.Sender}>, size={message.Size}, nrcpt={recipients} (queue active)");

    /// <summary>Comes on the store's thread, before the store takes anything again.</summary>
    private void OnOwnerChanged()
    {
        Interlocked.Increment(ref _ownerChanges);
        Claims.RecallAll();
        Queue.Tell(OwnerChanged.Instance);
    }

    /// <summary>The entry does not stay in memory, its mail stays in the store.</summary>
    internal void Drop(QueueEntry entry)
    {
        if (entry.Content is { } content) ContentMemory.Return(content.Length);
        Claims.Release(entry.Message.Id, entry.Recipients);
    }

    /// <summary>As <see cref="Drop"/>, for an entry that had its place in <see cref="Active"/>.</summary>
    internal void DropActive(QueueEntry entry)
    {
        Active.Return(entry.Recipients.Count);
        Drop(entry);
    }
}
