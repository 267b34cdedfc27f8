using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress;

/// <summary>What sessions need from the rest of the relay.</summary>
public sealed record IngressServices
{
    private ArrivalDate? _arrivalDate;
    private Anvil? _anvil;
    private SignIns? _signIns;
    private NoticeLimit? _noticeLimit;

    /// <summary>
    /// Takes a message over; <see cref="StoreResult.Stored"/> means that it is durable (<see cref="QueueIntake.SubmitAsync"/>).
    /// </summary>
    public required Func<IncomingMessage, CancellationToken, ValueTask<StoreResult>> Submit { get; init; }

    /// <summary>Gives a message id that was never used (<see cref="QueueIntake.NextMessageId"/>).</summary>
    public required Func<long> NextMessageId { get; init; }

    /// <summary>Makes the report to the sender of mail that is refused after it was taken. By default there is none.</summary>
    public ReportBuilder BuildReport { get; init; } = _ => [];

    /// <summary>
    /// Has the mail for a domain delivered now, beside everything else (<see cref="Queue.Steering.DomainFlush"/>); false if that is too much.
    /// </summary>
    public Func<string, bool> FlushDomain { get; init; } = _ => false;

    /// <summary>Finds the way of a recipient as the queue does. By default nothing is known of it.</summary>
    public RouteRecipient Route { get; init; } = (_, _, _, _) => default;

    /// <summary>Finds the hosts of a domain as a delivery does. By default nothing is known of them.</summary>
    public Func<string, CancellationToken, ValueTask<MailHosts>> FindMailHosts { get; init; } = NoHostsYet;

    /// <summary>The mail log.</summary>
    public required MailLog Log { get; init; }

    /// <summary>What stands before the slash in log lines that are of no service in particular.</summary>
    public string SyslogName { get; init; } = "postfix";

    /// <summary>The clock of arrival times and time-outs.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Dates of headers.</summary>
    internal ArrivalDate ArrivalDate => _arrivalDate ??= new ArrivalDate(Time);

    /// <summary>What clients do, counted over all listeners.</summary>
    internal Anvil Anvil => LazyInitializer.EnsureInitialized(ref _anvil, () => new Anvil(Time, Log.For(SyslogName, "anvil")))!;

    /// <summary>What attempts to sign in share, over all listeners.</summary>
    internal SignIns SignIns => LazyInitializer.EnsureInitialized(ref _signIns, () => new SignIns(Time));

    /// <summary>How many notices to the postmaster there may be, over all listeners.</summary>
    internal NoticeLimit NoticeLimit => LazyInitializer.EnsureInitialized(ref _noticeLimit, () => new NoticeLimit(Time))!;

    /// <summary>The memory for messages on their way in, shared by all listeners.</summary>
    public ContentMemory ContentMemory { get; init; } = new();

    /// <summary>
    /// The same for mail of programs on this machine: a slow one neither takes room from SMTP clients nor makes the relay look overloaded.
    /// </summary>
    internal ContentMemory LocalMemory { get; } = new();

    /// <summary>The room that the queue has. By default nobody looks.</summary>
    public QueueSpace QueueSpace { get; init; } = new(null, TimeProvider.System, () => new(TakesMail: true, Reusable: 0));

    /// <summary>
    /// Finds the name of a client; must not throw but on cancellation. Asked only with <c>smtpd_peername_lookup</c>.
    /// </summary>
    public Func<IPAddress, CancellationToken, ValueTask<ClientName>> LookUpName { get; init; } =
        (_, _) => ValueTask.FromResult(ClientName.Nameless(ClientNameStatus.Missing));

    internal static ValueTask<MailHosts> NoHostsYet(string domain, CancellationToken cancel) =>
        ValueTask.FromResult(MailHosts.None(new EnhancedStatus(4, 4, 3), "nobody was asked"));

    /// <summary>Asks DNS on behalf of restrictions (<see cref="DnsResolver.QueryAsync"/>). By default there is nobody to ask.</summary>
    public DnsLookup LookUpDns { get; init; } = (name, type, _) => ValueTask.FromResult(DnsAnswer.Temporary(name, type, "no name server"));
}
