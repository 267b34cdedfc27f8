using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// The queue manager: one actor per transport, and what is known at the start of where mail waits. It keeps no mail itself. What was sent
/// to an actor that is gone comes back here as a dead letter, and goes back to the store.
/// </summary>
public sealed class QueueActor : UntypedActor, IWithTimers, IWithUnboundedStash
{
    /// <summary>How long a part of the queue may take to describe itself.</summary>
    internal static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BacklogPause = TimeSpan.FromSeconds(1);

    private readonly QueueServices _services;
    private readonly Dictionary<string, IActorRef> _transports = new(StringComparer.Ordinal);
    /// <summary>What destinations knew that have not begun yet, by transport; null until it is known.</summary>
    private Dictionary<string, Dictionary<string, DestinationKnowledge>>? _recalled;
    private IActorRef? _journal;
    private IActorRef _freezes = ActorRefs.Nobody;
    private IActorRef _expiry = ActorRefs.Nobody;
    private IActorRef _reports = ActorRefs.Nobody;
    private IActorRef? _drainedFor;

    public QueueActor(QueueServices services) => _services = services;

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>
    /// Holds what comes before mail may leave and must not be lost: the operator's orders, and news of deliveries that outlived an earlier
    /// queue manager.
    /// </summary>
    public IStash Stash { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        var services = _services;
        _freezes = Context.ActorOf(Props.Create(() => new FreezeActor(services)), "freezes");
        _expiry = Context.ActorOf(Props.Create(() => new ExpiryActor(services)), "expiry");
        _reports = Context.ActorOf(Props.Create(() => new ReportActor(services)), "reports");
        if (services.Journal is { } journal) _journal = Context.ActorOf(Props.Create(() => new JournalKeeperActor(journal, services)), "journal");
        else OnRecalled([]);
    }

    protected override void PreRestart(Exception reason, object? message)
    {
        _services.Log.Error($"the queue manager failed and starts anew: {reason}");
        (message as IUndeliverable)?.GiveBack(_services);
        base.PreRestart(reason, message);
    }

    protected override SupervisorStrategy SupervisorStrategy() => LoggedStrategy.Default;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case HandOver handOver: Forward(handOver.Destination, handOver); break;
            case DestinationDue due: Forward(due.Destination, due); break;
            case Delivery or AgentEnded or FlushDestination when _recalled is null: Stash.Stash(); break;
            case Delivery late: Forward(late.Entry.Destination, late); break;
            case AgentEnded late: Forward(late.Destination, late); break;
            case FlushDestination flush: OnFlush(flush); break;
            case ReadBacklog: StartReadingBacklog(); break;
            case BacklogRead backlog: OnBacklog(backlog.Destinations); break;
            case BacklogFailed failed: OnBacklogFailed(failed.Cause); break;
            case Recalled recalled: OnRecalled(recalled.Destinations); break;
            case DestinationLearned or DestinationForgotten or SettleJournal or GetJournalStatus when _journal is not null: _journal.Forward(message); break;
            case DestinationLearned or DestinationForgotten: break;
            case SettleJournal: Sender.Tell(JournalSettled.Instance); break;
            case DeadLetter { Message: GetQueueStatus } asked: asked.Sender.Tell(QueueStatus.Nothing); break;
            case DeadLetter deadLetter: (deadLetter.Message as IUndeliverable)?.GiveBack(_services); break;
            case Reconfigured or MessagesRecalled or FreezesChanged or TellAgain: Broadcast(message); break;
            case BeginFreeze or EndFreeze or ParkedLate: _freezes.Forward(message); break;
            case OwnerChanged: _freezes.Forward(message); _reports.Forward(message); break;
            case OutcomesUnreported: _reports.Forward(message); break;
            case ReadAnew: OnReadAnew(); break;
            case MessagesExpired: _expiry.Forward(message); break;
            case GetQueueStatus: DescribeAsync([.. _transports.Values]).PipeTo(Sender); break;
            case Drain: OnDrain(); break;
            case TransportStopped stopped: OnTransportStopped(stopped.Name); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Now mail may leave.</summary>
    private void OnRecalled(IReadOnlyList<DestinationLearned> destinations)
    {
        _recalled = destinations.GroupBy(d => d.Destination.Transport)
            .ToDictionary(g => g.Key, g => g.ToDictionary(d => d.Destination.Nexthop, d => d.Knowledge), StringComparer.Ordinal);
        Stash.UnstashAll();
        StartReadingBacklog();
    }

    private void Forward(DestinationKey destination, object message)
    {
        // While the queue drains mail stays in the store, where the next start finds it; before it may leave, the backlog will show it.
        if (_drainedFor is not null || _recalled is null)
        {
            (message as HandOver)?.Drop(_services);
            return;
        }
        if (!_transports.TryGetValue(destination.Transport, out var transport)) transport = Start(destination.Transport);
        transport.Tell(message);
    }

    private void OnFlush(FlushDestination flush)
    {
        if (flush.Destination is { } destination)
        {
            Forward(destination, flush);
            return;
        }
        Broadcast(flush);
        // What has become due in the store is news to the transports.
        StartReadingBacklog();
    }

    private void OnReadAnew()
    {
        Broadcast(ReadAnew.Instance);
        StartReadingBacklog();
    }

    private IActorRef Start(string transport)
    {
        var services = _services;
        var recalled = _recalled!.Remove(transport, out var known) ? known : [];
        var actor = Context.ActorOf(Props.Create(() => new TransportActor(transport, services, recalled)));
        Context.WatchWith(actor, new TransportStopped(transport));
        _transports.Add(transport, actor);
        return actor;
    }

    private void StartReadingBacklog() => ReadBacklogAsync().PipeTo(Self, failure: static e => new BacklogFailed(e));

    private async Task<BacklogRead> ReadBacklogAsync() =>
        new(await _services.Store.ReadBacklogAsync(_services.HardStop).ConfigureAwait(false));

    private void OnBacklog(IReadOnlyList<DestinationBacklog> destinations)
    {
        foreach (var backlog in destinations) Forward(backlog.Destination, new DestinationDue(backlog.Destination, backlog.FirstDue));
    }

    private void OnBacklogFailed(Exception cause)
    {
        _services.Log.Warning($"cannot read the queue: {cause.Message}");
        Timers.StartSingleTimer(ReadBacklog.Instance, ReadBacklog.Instance, BacklogPause);
    }

    private void OnTransportStopped(string transport)
    {
        _transports.Remove(transport);
        // Nobody stops a transport but a drain; if one ended all the same, its mail is taken up again.
        if (_drainedFor is null) StartReadingBacklog();
        else AnswerIfDrained();
    }

    private void OnDrain()
    {
        _drainedFor = Sender;
        Broadcast(Drain.Instance);
        AnswerIfDrained();
    }

    private void AnswerIfDrained()
    {
        if (_transports.Count == 0) _drainedFor?.Tell(Drained.Instance);
    }

    private void Broadcast(object message)
    {
        foreach (var transport in _transports.Values) transport.Tell(message);
    }

    private static async Task<QueueStatus> DescribeAsync(List<IActorRef> transports)
    {
        var asked = transports.Select(t => t.Ask<QueueStatus>(GetQueueStatus.Instance, StatusTimeout));
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        return new QueueStatus([.. answers.SelectMany(a => a.Destinations)]);
    }

    private sealed record BacklogRead(IReadOnlyList<DestinationBacklog> Destinations);

    private sealed record BacklogFailed(Exception Cause);

    private sealed record TransportStopped(string Name);
}
