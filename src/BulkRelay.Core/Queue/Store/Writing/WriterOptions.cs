using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>How a <see cref="QueueWriter"/> works.</summary>
/// <param name="Reopen">Opens the database anew after a failure, and checks it: what is found in it afterwards is durable, and what is not
/// will never appear. Throws <see cref="DatabaseErrorException"/> or <see cref="QueueStoreException"/> while that cannot be done.</param>
/// <param name="Readers">The connections that read: closed while the database is down.</param>
/// <param name="OwnerChanged">Called after a reopening by which it is known that somebody else has owned the queue meanwhile.</param>
/// <param name="Log">For the operator: failures, and that they are over.</param>
internal sealed record WriterOptions(Func<IWriterDatabase> Reopen, ISuspendableReaders Readers, Action OwnerChanged, ServiceLog Log)
{
    /// <summary>The pause after a first vain attempt to reopen; it doubles with each further one, up to <see cref="LongestReopenDelay"/>.</summary>
    public TimeSpan ReopenDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="ReopenDelay"/>
    public TimeSpan LongestReopenDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a client waits, while the database is down, for the answer to a commit that may have gone through.</summary>
    public TimeSpan UnclearPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often results of deliveries are tried again that a full disk did not take.</summary>
    public TimeSpan FullRetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an idle writer leaves the database alone before it asks whether the queue is still its own.</summary>
    public TimeSpan IdleCheck { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long such an answer is good for: after that no delivery starts before there is another.</summary>
    public TimeSpan ProofLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The clock of the above.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
