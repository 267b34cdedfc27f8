namespace BulkRelay.Actors.Internal;

/// <summary>Whom one actor watches and who watches it. Belongs to the actor's turn.</summary>
internal sealed class DeathWatch(LocalActorRef self)
{
    /// <summary>The subjects, each with the message to send instead of <see cref="Terminated"/>, if any.</summary>
    private readonly Dictionary<IActorRef, object?> _watching = [];

    /// <summary>The subjects that have ended, whose notice waits in the mailbox.</summary>
    private readonly Dictionary<IActorRef, object?> _ended = [];

    private readonly HashSet<IInternalActorRef> _watchedBy = [];

    public void Watch(IActorRef subject, object? message)
    {
        if (subject.Equals(self))
            return;
        if (_watching.TryGetValue(subject, out var present))
        {
            if (!Equals(present, message))
                throw new InvalidOperationException(
                    $"{self} watches {subject} with [{present ?? "Terminated"}]: " +
                    $"unwatch it first to watch with [{message ?? "Terminated"}].");
            return;
        }
        _watching.Add(subject, message);
        ((IInternalActorRef)subject).SendSystemMessage(new SystemMessage.Watch(self));
    }

    public void Unwatch(IActorRef subject)
    {
        _ended.Remove(subject);
        if (_watching.Remove(subject))
            ((IInternalActorRef)subject).SendSystemMessage(new SystemMessage.Unwatch(self));
    }

    public void AddWatcher(IInternalActorRef watcher) => _watchedBy.Add(watcher);

    public void RemoveWatcher(IInternalActorRef watcher) => _watchedBy.Remove(watcher);

    /// <summary>A subject has ended: the notice takes its place behind the messages that came before.</summary>
    public void SubjectEnded(IActorRef subject)
    {
        if (!_watching.Remove(subject, out var message))
            return;
        _ended[subject] = message;
        self.Tell(new Terminated(subject, existenceConfirmed: true, addressTerminated: false), subject);
    }

    /// <summary>What the actor shall receive for a notice; null if it is no longer to have it.</summary>
    public object? Redeem(Terminated notice) => _ended.Remove(notice.ActorRef, out var message) ? message ?? notice : null;

    /// <summary>The actor has ended: tells all who watch, the parent apart, who is told anyway.</summary>
    public void Close(IInternalActorRef parent)
    {
        foreach (var watcher in _watchedBy)
            if (!ReferenceEquals(watcher, parent))
                watcher.SendSystemMessage(new SystemMessage.DeathWatchNotification(self));
        foreach (var subject in _watching.Keys)
            ((IInternalActorRef)subject).SendSystemMessage(new SystemMessage.Unwatch(self));
        _watchedBy.Clear();
        _watching.Clear();
        _ended.Clear();
    }
}
