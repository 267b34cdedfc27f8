namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// Names of hosts and domains, compared without case. With <paramref name="parentsMatch"/> a name stands for its sub-domains too;
/// without it only a name that begins with a dot does, and only for them.
/// </summary>
internal sealed class NameSet(bool parentsMatch)
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a name. Not once the set is in use.</summary>
    public void Add(string name) => _names.Add(name);

    /// <summary>True if the name or a parent of it is in the set.</summary>
    public bool Contains(ReadOnlySpan<char> name)
    {
        if (_names.Count == 0) return false;
        var names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (names.Contains(name)) return true;
        for (var at = 1; at < name.Length; at++)
        {
            var dot = name[at..].IndexOf('.');
            if (dot < 0) return false;
            at += dot;
            if (names.Contains(name[(parentsMatch ? at + 1 : at)..])) return true;
        }
        return false;
    }

    /// <summary>
    /// The name, then its parents from the longest, in the form in which Postfix asks a table for them: <c>domain</c> where
    /// parents match sub-domains, <c>.domain</c> where they do not.
    /// </summary>
    public static IEnumerable<string> KeysOf(string name, bool parentsMatch)
    {
        yield return name;
        for (var dot = name.IndexOf('.', Math.Min(1, name.Length)); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (dot + 1 < name.Length) yield return name[(parentsMatch ? dot + 1 : dot)..];
        }
    }
}
