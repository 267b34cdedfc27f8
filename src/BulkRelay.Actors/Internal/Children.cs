namespace BulkRelay.Actors.Internal;

/// <summary>
/// The children of one actor by name, from their creation until their end has been reported. Thread-safe, because the user's top-level
/// actors are created from any thread.
/// </summary>
internal sealed class Children
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _generated;
    private int _stopping;
    private bool _isClosed;

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _entries.Count == 0;
        }
    }

    /// <summary>Whether the parent has told a child to stop that has not ended yet.</summary>
    public bool IsAnyStopping
    {
        get
        {
            lock (_gate)
                return _stopping > 0;
        }
    }

    /// <inheritdoc cref="IActorRefFactory.ActorOf"/>
    public LocalActorRef Add(string? name, Func<string, LocalActorRef> create)
    {
        if (name is not null)
            ActorNames.Check(name);
        lock (_gate)
        {
            if (_isClosed)
                throw new InvalidOperationException("Cannot create child while terminating or terminated");
            name ??= ActorNames.Generated(_generated++);
            if (_entries.ContainsKey(name))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            var child = create(name);
            _entries.Add(name, new Entry(child));
            return child;
        }
    }

    /// <returns>False if it is not a child, or no longer.</returns>
    public bool Remove(IActorRef child)
    {
        lock (_gate)
        {
            if (Find(child) is not { } entry)
                return false;
            if (entry.IsStopping)
                _stopping--;
            return _entries.Remove(child.Path.Name);
        }
    }

    public LocalActorRef? ByName(string name)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(name)?.Ref;
    }

    public LocalActorRef[] Snapshot()
    {
        lock (_gate)
            return [.. _entries.Values.Select(e => e.Ref)];
    }

    /// <summary>The restarts of a child so far; null if it is not a child, or no longer.</summary>
    public RestartHistory? HistoryOf(LocalActorRef child)
    {
        lock (_gate)
            return Find(child) is { } entry ? entry.History ??= new RestartHistory() : null;
    }

    /// <summary>Notes that a child was told to stop; nothing if it is not a child.</summary>
    public void MarkStopping(IActorRef child)
    {
        lock (_gate)
        {
            if (Find(child) is not { IsStopping: false } entry)
                return;
            entry.IsStopping = true;
            _stopping++;
        }
    }

    /// <summary>No child can be added from now on.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
    }

    private Entry? Find(IActorRef child) =>
        _entries.TryGetValue(child.Path.Name, out var entry) && ReferenceEquals(entry.Ref, child) ? entry : null;

    private sealed class Entry(LocalActorRef child)
    {
        public LocalActorRef Ref { get; } = child;

        public bool IsStopping { get; set; }

        public RestartHistory? History { get; set; }
    }
}
