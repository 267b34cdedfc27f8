using System.Text.Json.Serialization;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>
/// Selects messages of the queue. A message is selected if it meets every criterion that is set; of a criterion with several values, one has
/// to fit. The criteria of recipients (<see cref="Recipients"/>, <see cref="Domains"/>, <see cref="Transports"/>,
/// <see cref="Destinations"/>, <see cref="Sites"/>, <see cref="Reason"/>) are met if one recipient that is left meets all of them. Texts are patterns as
/// <see cref="QueuePattern"/> describes. Empty lists and nulls select nothing away.
/// </summary>
public sealed record QueueFilter
{
    /// <summary>Selects every message.</summary>
    public static readonly QueueFilter All = new();

    /// <summary>Queue ids, as they are: no patterns.</summary>
    public IReadOnlyList<string> QueueIds { get; init; } = [];

    /// <summary>Ids of messages in the store: what the relay knows from its memory.</summary>
    [JsonIgnore]
    public IReadOnlyList<long> MessageIds { get; init; } = [];

    /// <summary>Envelope senders. The null sender is the empty text.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    /// <summary>Recipients.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Domains of recipients.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Transports, by the name of their service.</summary>
    public IReadOnlyList<string> Transports { get; init; } = [];

    /// <summary>Destinations of a transport: nexthops.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>Sites as people name them: a domain of recipients, or the host of a nexthop, in brackets or with a port as well.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];

    /// <summary>Flows.</summary>
    public IReadOnlyList<string> Flows { get; init; } = [];

    /// <summary>Clients, by host name or address.</summary>
    public IReadOnlyList<string> Clients { get; init; } = [];

    /// <summary>Arrived earlier than this.</summary>
    public DateTimeOffset? ArrivedBefore { get; init; }

    /// <summary>Arrived then or later.</summary>
    public DateTimeOffset? ArrivedFrom { get; init; }

    /// <summary>Octets: at least so many.</summary>
    public long? MinSize { get; init; }

    /// <summary>Octets: at most so many.</summary>
    public long? MaxSize { get; init; }

    /// <summary>A part of the reason why a recipient is still here.</summary>
    public string? Reason { get; init; }

    /// <summary>In one of these states.</summary>
    public IReadOnlyList<QueueState> States { get; init; } = [];

    /// <summary>True if nothing is selected away.</summary>
    [JsonIgnore]
    public bool IsEmpty => !HasIds && !HasMessageCriteria && !HasRecipientCriteria && States.Count == 0;

    internal bool HasIds => QueueIds.Count > 0 || MessageIds.Count > 0;

    internal bool HasMessageCriteria => Senders.Count > 0 || Flows.Count > 0 || Clients.Count > 0
        || ArrivedBefore is not null || ArrivedFrom is not null || MinSize is not null || MaxSize is not null;

    internal bool HasRecipientCriteria => Recipients.Count > 0 || Domains.Count > 0 || Transports.Count > 0 || Destinations.Count > 0
        || Sites.Count > 0 || Reason is not null;

    /// <summary>The pattern that finds <see cref="Reason"/> anywhere in a text.</summary>
    internal string ReasonPattern => $"*{Reason}*";

    /// <summary>
    /// True if a message meets the criteria, as a store sees them: what is not held may be active and may be deferred.
    /// </summary>
    public bool Matches(QueuedMessage message)
    {
        var envelope = message.Envelope;
        return (QueueIds.Count == 0 || QueueIds.Contains(envelope.QueueId))
            && (MessageIds.Count == 0 || MessageIds.Contains(envelope.Id))
            && Matches(envelope)
            && (!HasRecipientCriteria || message.Recipients.Any(Matches))
            && (States.Count == 0 || States.Any(state => IsIn(state, message)));
    }

    private bool Matches(MessageEnvelope envelope) =>
        Any(Senders, envelope.Sender) && Any(Flows, envelope.Flow)
        && (Clients.Count == 0 || Any(Clients, envelope.ClientName) || Any(Clients, envelope.ClientAddress))
        && !(envelope.Arrived >= ArrivedBefore) && !(envelope.Arrived < ArrivedFrom)
        && !(envelope.Size < MinSize) && !(envelope.Size > MaxSize);

    /// <summary>True if a recipient meets the criteria of recipients.</summary>
    public bool Matches(QueuedRecipient recipient) =>
        Any(Recipients, recipient.Address)
        && (Domains.Count == 0 || Domains.Any(domain => QueuePattern.Matches(DomainPattern(domain), recipient.Address)))
        && Any(Transports, recipient.Destination.Transport) && Any(Destinations, recipient.Destination.Nexthop)
        && (Sites.Count == 0 || Sites.Any(site => QueuePattern.Matches(DomainPattern(site), recipient.Address)
            || NexthopPatterns(site).Any(pattern => QueuePattern.Matches(pattern, recipient.Destination.Nexthop))))
        && (Reason is null || QueuePattern.Matches(ReasonPattern, recipient.Reason));

    /// <summary>The pattern of the addresses in a domain.</summary>
    internal static string DomainPattern(string domain) => "*@" + domain;

    /// <summary>The patterns of the nexthops that stand for a host.</summary>
    internal static string[] NexthopPatterns(string host) => [host, $"{host}:*", $"[{host}]", $"[{host}]:*"];

    private static bool Any(IReadOnlyList<string> patterns, string text) =>
        patterns.Count == 0 || patterns.Any(pattern => QueuePattern.Matches(pattern, text));

    private static bool IsIn(QueueState state, QueuedMessage message) => state switch
    {
        QueueState.Hold => message.Envelope.IsHeld,
        QueueState.InDoubt => message.Recipients.Any(r => r.InDoubt > 0),
        _ => !message.Envelope.IsHeld,
    };
}
