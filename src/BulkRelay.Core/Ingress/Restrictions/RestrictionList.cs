using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>A list of restrictions, the value of a parameter: asked in order until one decides.</summary>
internal sealed class RestrictionList
{
    private readonly List<IRestriction> _restrictions = [];

    private RestrictionList()
    {
    }

    /// <summary>True if there is nothing to ask.</summary>
    public bool IsEmpty => _restrictions.Count == 0;

    /// <summary>True if a restriction in it keeps strangers from relaying.</summary>
    public bool StopsRelaying { get; private set; }

    /// <summary>Compiles a list. A word that is no restriction is a fault, and refuses at run time.</summary>
    public static RestrictionList Parse(string parameter, string text, RestrictionSetup setup)
    {
        var list = new RestrictionList();
        var words = ParameterList.TrySplit(text, out var fault);
        if (words is null) list.AddFault(parameter, fault!, setup);
        for (var i = 0; i < words?.Count; i++)
        {
            var word = words[i];
            if (RestrictionTable.Find(word) is not { } kind)
                list.AddFault(parameter, $"unknown smtpd restriction: \"{word}\": remove it, or correct its name", setup);
            else if (kind.TakesArgument && ++i == words.Count)
                list.AddFault(parameter, $"restriction {word} needs a word behind it", setup);
            else list.Add(kind, kind.TakesArgument ? words[i] : "", setup);
        }
        return list;
    }

    private void Add(RestrictionKind kind, string argument, RestrictionSetup setup)
    {
        _restrictions.Add(kind.Create(setup, argument));
        StopsRelaying |= kind.StopsRelaying;
    }

    /// <summary>Adds a restriction that refuses everything for now because the configuration is at fault.</summary>
    public void AddFault(string parameter, string message, RestrictionSetup setup)
    {
        setup.Faults.Add(new ConfigFault(FaultSeverity.Error, "main.cf", 0, parameter, message));
        _restrictions.Add(new Misconfigured($"{parameter}: {message}"));
    }

    /// <summary>The first decision, or <see cref="Verdict.Dunno"/>.</summary>
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        foreach (var restriction in _restrictions)
        {
            var verdict = await restriction.CheckAsync(request, cancel);
            if (verdict.IsDecided) return verdict;
        }
        return Verdict.Dunno;
    }
}
