using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>smtpd_restriction_classes</c>: names that stand for lists of restrictions, each the value of a parameter of that name. A class may
/// use others, but not itself.
/// </summary>
internal sealed class RestrictionClasses
{
    private const string Parameter = "smtpd_restriction_classes";

    private readonly Dictionary<string, RestrictionClass?> _classes = new(StringComparer.Ordinal);
    private readonly Stack<string> _underWay = new();
    private readonly RestrictionSetup _setup;

    public RestrictionClasses(RestrictionSetup setup)
    {
        _setup = setup;
        foreach (var name in setup.Snapshot.Get(SmtpdParameters.RestrictionClasses)) _classes.TryAdd(name, null);
    }

    /// <summary>Compiles all of them, so that faults show also in what is used only by tables.</summary>
    public void Compile()
    {
        foreach (var name in _classes.Keys.ToList()) Find(name);
    }

    /// <summary>The class of that name, or null.</summary>
    public RestrictionClass? Find(string name)
    {
        if (!_classes.TryGetValue(name, out var known)) return null;
        if (known is not null) return known;
        if (_underWay.Contains(name)) return Circle(name);
        _underWay.Push(name);
        var list = new RestrictionParser(name, _setup).Parse(_setup.Snapshot.FindText(name) ?? "");
        _underWay.Pop();
        return _classes[name] = new RestrictionClass(list);
    }

    private RestrictionClass Circle(string name)
    {
        var parser = new RestrictionParser(Parameter, _setup);
        parser.AddFault($"restriction class {name} contains itself: {string.Join(" in ", _underWay.Prepend(name))}");
        return new RestrictionClass(parser.Parse(""));
    }
}
