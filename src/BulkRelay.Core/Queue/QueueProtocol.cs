using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>A message between the actors of the queue that carries something which must not be lost with its receiver.</summary>
internal interface IUndeliverable
{
    /// <summary>Gives back what the message carries: its receiver is gone, or failed over it.</summary>
    void GiveBack(QueueServices services);
}

/// <summary>Mail for a destination that is in the store and claimed: to the queue, from there down to the destination.</summary>
internal sealed record HandOver(DestinationKey Destination, IReadOnlyList<QueueEntry> Entries) : IUndeliverable
{
    public void GiveBack(QueueServices services)
    {
        Drop(services);
        services.Queue.Tell(new DestinationDue(Destination, services.Time.GetUtcNow()));
    }

    /// <summary>The mail stays in the store, and somebody will look for it there.</summary>
    public void Drop(QueueServices services)
    {
        foreach (var entry in Entries) services.Drop(entry);
    }
}

/// <summary>To the queue: the store is to be asked again which destinations have mail.</summary>
internal sealed record ReadBacklog
{
    public static readonly ReadBacklog Instance = new();
}

/// <summary>To the queue: another process has had the store meanwhile (<see cref="IQueueStore.OwnerChanged"/>).</summary>
internal sealed record OwnerChanged
{
    public static readonly OwnerChanged Instance = new();
}

/// <summary>To the queue, and down: what was read from the store is dropped and read again.</summary>
internal sealed record ReadAnew
{
    public static readonly ReadAnew Instance = new();
}

/// <summary>The store has mail for a destination that is due then: to the queue, from there down to the destination.</summary>
internal sealed record DestinationDue(DestinationKey Destination, DateTimeOffset Due);

/// <summary>
/// To a destination: entries from the store, claimed; when the next one is due that was not read; and the flow that was read last
/// (<see cref="ReadWish.AfterFlow"/>).
/// </summary>
internal sealed record ReadFinished(
    DestinationKey Destination, IReadOnlyList<QueueEntry> Entries, DateTimeOffset NextDue, long LastFlow) : IUndeliverable
{
    public void GiveBack(QueueServices services)
    {
        foreach (var entry in Entries) services.Drop(entry);
        services.Queue.Tell(new DestinationDue(Destination, services.Time.GetUtcNow()));
    }
}

/// <summary>To a destination: the store could not be read.</summary>
internal sealed record ReadFailed(Exception Cause);

/// <summary>To a destination: one of its agents has ended, there may be room for the next.</summary>
internal sealed record AgentEnded(DestinationKey Destination) : IUndeliverable
{
    public void GiveBack(QueueServices services) => services.Queue.Tell(this);
}

/// <summary>To a destination: its transport has changed, it may have to act on that.</summary>
internal sealed record DestinationChanged : IDeadLetterSuppression
{
    public static readonly DestinationChanged Instance = new();
}

/// <summary>To a destination: <see cref="DestinationState.TakeRecorded"/> has news.</summary>
internal sealed record DeliveriesRecorded(DestinationKey Destination) : IUndeliverable
{
    public void GiveBack(QueueServices services) => services.Queue.Tell(new DestinationDue(Destination, services.Time.GetUtcNow()));
}

/// <summary>To the transport: a destination that found no free slot stands in line for one.</summary>
internal sealed record SlotWanted(DestinationPace Pace);

/// <summary>To the transport: there may be a slot for the first in line.</summary>
internal sealed record SlotReturned
{
    public static readonly SlotReturned Instance = new();
}

/// <summary>To the transport: it makes no agents; its destinations are to know at once.</summary>
internal sealed record TransportFailed
{
    public static readonly TransportFailed Instance = new();
}

/// <summary>To a destination: a slot, to be used or returned.</summary>
internal sealed record SlotGranted(ProcessSlots Slots) : IUndeliverable
{
    public void GiveBack(QueueServices services) => Slots.Return();
}

/// <summary>To the transport: a destination has nothing in hand and asks to stop; it is due again then.</summary>
internal sealed record Passivate(string Nexthop, DateTimeOffset NextDue);

/// <summary>To a destination: nothing more comes; it stops, or says <see cref="PassivationRefused"/>.</summary>
internal sealed record PassivationGranted
{
    public static readonly PassivationGranted Instance = new();
}

/// <summary>To the transport: mail came meanwhile, the destination goes on.</summary>
internal sealed record PassivationRefused(string Nexthop);

/// <summary>To all: a new <see cref="QueueServices.Configuration"/> holds. Mail in memory is routed anew.</summary>
public sealed record Reconfigured
{
    public static readonly Reconfigured Instance = new();
}

/// <summary>To the queue: the operator has given these messages up; what of them waits for a destination that is closed is to go back now.</summary>
public sealed record MessagesExpired(IReadOnlyList<long> MessageIds);

/// <summary>
/// To the queue, and down: a destination, or all of them, is to be tried now, even if it is dead or its transport is one of
/// <c>defer_transports</c>. Mail that is due later has to be made due in the store before.
/// </summary>
public sealed record FlushDestination(DestinationKey? Destination)
{
    /// <summary>All destinations.</summary>
    public static readonly FlushDestination All = new((DestinationKey?)null);
}

/// <summary>
/// To all: the store has changed these messages (deleted, held, expired, started anew). What waits of them in memory is dropped, and read
/// again if it is still due; deliveries under way go on.
/// </summary>
public sealed record MessagesRecalled(IReadOnlySet<long> MessageIds);

/// <summary>To all: <see cref="QueueServices.FreezeOf(DestinationKey)"/> may answer otherwise now.</summary>
internal sealed record FreezesChanged
{
    public static readonly FreezesChanged Instance = new();
}

/// <summary>To the queue: begins a freeze, or changes one of the same scope and name. Answered by <see cref="FreezeAnswer"/>.</summary>
public sealed record BeginFreeze(QueueFreeze Freeze);

/// <summary>To the queue: ends a freeze. Answered by <see cref="FreezeAnswer"/>.</summary>
public sealed record EndFreeze(FreezeScope Scope, string Name);

/// <summary>What came of <see cref="BeginFreeze"/> or <see cref="EndFreeze"/>: whether there was something to do, or why it could not be done.</summary>
public sealed record FreezeAnswer(bool IsDone, string? Fault);

/// <summary>To the queue: the store has outcomes that are to be reported (<see cref="CollectedReports"/>).</summary>
internal sealed record OutcomesUnreported
{
    public static readonly OutcomesUnreported Instance = new();
}

/// <summary>To the keeper of freezes: mail was set aside for one that may have ended meanwhile.</summary>
internal sealed record ParkedLate
{
    public static readonly ParkedLate Instance = new();
}

/// <summary>
/// To the queue, and down: begin no more deliveries, stop when those under way are recorded. Answered by <see cref="Drained"/>.
/// </summary>
public sealed record Drain
{
    public static readonly Drain Instance = new();
}

/// <summary>The answer to <see cref="Drain"/>: all deliveries are over and recorded.</summary>
public sealed record Drained
{
    public static readonly Drained Instance = new();
}

/// <summary>Asks the queue for the state of its destinations. Answered by <see cref="QueueStatus"/>.</summary>
public sealed record GetQueueStatus
{
    public static readonly GetQueueStatus Instance = new();
}
