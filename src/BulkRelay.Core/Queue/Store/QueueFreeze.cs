using System.Text.Json.Serialization;

namespace BulkRelay.Core.Queue.Store;

/// <summary>What a freeze is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FreezeScope>))]
public enum FreezeScope
{
    /// <summary>All mail.</summary>
    All,

    /// <summary>A transport, by the name of its service.</summary>
    Transport,

    /// <summary>The destinations with one nexthop, whatever their transport.</summary>
    Destination,

    /// <summary>Recipients in one domain, wherever they are routed to.</summary>
    Domain,

    /// <summary>The mail of one flow.</summary>
    Flow,
}

/// <summary>
/// An operator's order to keep mail: it is accepted and stored, but nothing of it leaves, nor does it expire, until the order is taken back or
/// ends by itself.
/// </summary>
/// <param name="Scope">What kind of thing <paramref name="Name"/> names.</param>
/// <param name="Name">In lower case but for flows; empty for <see cref="FreezeScope.All"/>.</param>
/// <param name="Reason">For the people who look at the queue.</param>
/// <param name="Since">When it began.</param>
/// <param name="Until">When it ends by itself; null if it does not.</param>
public sealed record QueueFreeze(FreezeScope Scope, string Name, string Reason, DateTimeOffset Since, DateTimeOffset? Until);
