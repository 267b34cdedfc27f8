using System.Text.Json.Serialization;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>What a message of the queue waits for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QueueState>))]
public enum QueueState
{
    /// <summary>The operator holds it.</summary>
    Hold,

    /// <summary>A destination has it in hand, waiting in memory or under delivery.</summary>
    Active,

    /// <summary>It waits in the store for its time, or for room.</summary>
    Deferred,

    /// <summary>An attempt ended so that it is not known whether it arrived.</summary>
    InDoubt,
}
