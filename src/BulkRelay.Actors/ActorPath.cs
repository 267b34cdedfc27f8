namespace BulkRelay.Actors;

/// <summary>
/// The place of an actor in the tree of its system: <c>akka://system/user/parent/child</c>. Equal if the texts are equal.
/// </summary>
public sealed class ActorPath : IEquatable<ActorPath>
{
    private readonly string _prefix;
    private readonly ActorPath? _parent;

    /// <summary>The root of a system: <c>akka://system</c>.</summary>
    internal ActorPath(string systemName)
    {
        Name = "/";
        _prefix = $"akka://{systemName}";
    }

    private ActorPath(ActorPath parent, string name)
    {
        Name = name;
        _prefix = parent._prefix;
        _parent = parent;
    }

    /// <summary>The last element: the name that the parent gave, unique among the children that are alive.</summary>
    public string Name { get; }

    public static bool operator ==(ActorPath? left, ActorPath? right) => Equals(left, right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !Equals(left, right);

    public bool Equals(ActorPath? other)
    {
        var mine = this;
        while (!ReferenceEquals(mine, other))
        {
            if (mine is null || other is null || mine.Name != other.Name || mine._prefix != other._prefix)
                return false;
            mine = mine._parent;
            other = other._parent;
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, _parent?.Name, _prefix);

    public override string ToString() => _parent is null ? _prefix + "/" : Append();

    internal ActorPath Child(string name) => new(this, name);

    private string Append() => _parent is null ? _prefix : $"{_parent.Append()}/{Name}";
}
