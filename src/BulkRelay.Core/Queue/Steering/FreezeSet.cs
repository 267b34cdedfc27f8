using System.Collections.Frozen;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>All freezes at one moment. Immutable.</summary>
public sealed class FreezeSet
{
    /// <summary>Nothing is frozen.</summary>
    public static readonly FreezeSet Empty = new([]);

    private readonly QueueFreeze? _everything;
    private readonly FrozenDictionary<string, QueueFreeze> _transports;
    private readonly FrozenDictionary<string, QueueFreeze> _destinations;
    private readonly FrozenDictionary<string, QueueFreeze> _domains;
    private readonly FrozenDictionary<string, QueueFreeze> _flows;

    public FreezeSet(IReadOnlyList<QueueFreeze> freezes)
    {
        All = freezes;
        _everything = freezes.FirstOrDefault(f => f.Scope == FreezeScope.All);
        _transports = Of(FreezeScope.Transport);
        _destinations = Of(FreezeScope.Destination);
        _domains = Of(FreezeScope.Domain);
        _flows = Of(FreezeScope.Flow);
    }

    public IReadOnlyList<QueueFreeze> All { get; }

    /// <summary>
    /// True if some mail of a destination may be frozen beside other mail that is not: it is set aside in the store, so that it does not
    /// stand in the way.
    /// </summary>
    public bool HasParking => _domains.Count > 0 || _flows.Count > 0;

    /// <summary>The freeze that keeps all mail of a destination; null if there is none.</summary>
    public QueueFreeze? Of(DestinationKey key) =>
        All.Count == 0 ? null : OfTransport(key.Transport) ?? _destinations.GetValueOrDefault(key.Nexthop);

    /// <summary>The freeze that keeps all mail of a transport; null if there is none.</summary>
    public QueueFreeze? OfTransport(string transport) => All.Count == 0 ? null : _everything ?? _transports.GetValueOrDefault(transport);

    /// <summary>The freeze that keeps a recipient of a message; null if there is none.</summary>
    public QueueFreeze? Of(MessageEnvelope message, QueuedRecipient recipient) =>
        All.Count == 0 ? null : Of(recipient.Destination) ?? ParkingOf(message, recipient);

    /// <summary>The freeze for which a recipient is set aside; null if there is none.</summary>
    public QueueFreeze? ParkingOf(MessageEnvelope message, QueuedRecipient recipient)
    {
        if (_flows.TryGetValue(message.Flow, out var freeze)) return freeze;
        if (_domains.Count == 0) return null;
        var domain = recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..];
        return _domains.GetValueOrDefault(domain.ToLowerInvariant());
    }

    private FrozenDictionary<string, QueueFreeze> Of(FreezeScope scope) =>
        All.Where(f => f.Scope == scope).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
}
