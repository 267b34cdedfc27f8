namespace BulkRelay.EndToEnd.Comparison;

/// <summary>Compares what two servers did in one dialogue.</summary>
/// <param name="meant">What is meant to differ in it.</param>
internal sealed class TalkComparison(IEnumerable<Difference> meant)
{
    private readonly List<Difference> _meant = [.. meant];
    private readonly HashSet<Difference> _seen = [];
    private readonly List<string> _faults = [];

    /// <summary>What differs and is not meant to, and what is meant to differ and does not.</summary>
    public IReadOnlyList<string> Faults =>
        [.. _faults, .. _meant.Except(_seen).Select(d => $"\nDIFFERENCES.md lists what does not differ like this:\npostfix: {d.Postfix}\nrelay:   {d.Relay}")];

    /// <summary>Compares one after the other.</summary>
    public void AddAll(string prefix, IEnumerable<string> postfix, IEnumerable<string> relay)
    {
        var (left, right) = (postfix.ToList(), relay.ToList());
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
            Add(prefix + (left.ElementAtOrDefault(i) ?? "(none)"), prefix + (right.ElementAtOrDefault(i) ?? "(none)"));
    }

    private void Add(string postfix, string relay)
    {
        if (postfix == relay) return;
        var known = _meant.Find(d => d.Postfix == postfix && d.Relay == relay);
        if (known is null) _faults.Add($"\npostfix: {postfix}\nrelay:   {relay}");
        else _seen.Add(known);
    }
}
