using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>
/// Delivers what is published to the actors that subscribed to its type or to a base of it. Carries <see cref="DeadLetter"/>,
/// <see cref="UnhandledMessage"/>, <see cref="Error"/> and <see cref="Warning"/> of the kernel. Thread-safe. Subscribers that have ended
/// are forgotten.
/// </summary>
public sealed class EventStream
{
    private readonly Lock _gate = new();
    private volatile Subscription[] _subscriptions = [];

    internal EventStream()
    {
    }

    private readonly record struct Subscription(IActorRef Subscriber, Type Channel);

    /// <returns>False if it was subscribed to this channel before.</returns>
    public bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        var subscription = new Subscription(subscriber, channel);
        lock (_gate)
        {
            if (_subscriptions.Contains(subscription))
                return false;
            _subscriptions = [.. _subscriptions.Where(s => !HasEnded(s)), subscription];
            return true;
        }
    }

    /// <returns>False if it was not subscribed to this channel.</returns>
    public bool Unsubscribe(IActorRef subscriber, Type channel) => Remove(s => s.Subscriber.Equals(subscriber) && s.Channel == channel);

    /// <summary>Ends all subscriptions of that actor.</summary>
    /// <returns>False if it had none.</returns>
    public bool Unsubscribe(IActorRef subscriber) => Remove(s => s.Subscriber.Equals(subscriber));

    public void Publish(object @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        foreach (var subscription in _subscriptions)
        {
            if (!subscription.Channel.IsInstanceOfType(@event))
                continue;
            // Telling one that has ended would publish a dead letter, which it may well have subscribed to.
            if (HasEnded(subscription))
                Unsubscribe(subscription.Subscriber);
            else
                subscription.Subscriber.Tell(@event, ActorRefs.NoSender);
        }
    }

    private static bool HasEnded(Subscription subscription) => subscription.Subscriber is IInternalActorRef { IsTerminated: true };

    private bool Remove(Func<Subscription, bool> match)
    {
        lock (_gate)
        {
            var kept = _subscriptions.Where(s => !match(s)).ToArray();
            var removed = kept.Length < _subscriptions.Length;
            _subscriptions = kept;
            return removed;
        }
    }
}
