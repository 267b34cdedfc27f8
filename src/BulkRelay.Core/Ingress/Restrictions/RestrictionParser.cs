using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// Reads a list of restrictions. A word that is none is a fault, and refuses at run time: nothing of a list is ever left out, but for
/// restrictions that this relay has not, if it was told to go without.
/// </summary>
/// <param name="parameter">What the list is the value of, for faults.</param>
/// <param name="setup">What restrictions are made from; takes the faults.</param>
internal sealed class RestrictionParser(string parameter, RestrictionSetup setup)
{
    private readonly List<RestrictionEntry> _entries = [];
    private bool _warnsOnly;
    private bool _stopsRelaying;

    /// <summary>True for the lists about DATA and the end of the message, where a table alone does not say what it is asked for.</summary>
    public bool ForbidsBareTables { get; init; }

    /// <summary>Compiles a list.</summary>
    public RestrictionList Parse(string text)
    {
        var outer = setup.Parameter;
        setup.Parameter = parameter;
        var words = ParameterList.TrySplit(text, out var fault);
        if (words is null) AddFault(fault!);
        for (var i = 0; i < words?.Count;) i += AddWord(words[i], i + 1 < words.Count ? words[i + 1] : null);
        setup.Parameter = outer;
        return new RestrictionList(_entries, _stopsRelaying);
    }

    /// <summary>Adds a restriction that refuses everything for now because the configuration is at fault.</summary>
    public void AddFault(string message)
    {
        setup.AddFault(parameter, message);
        Add(parameter, new Misconfigured($"{parameter}: {message}"));
    }

    /// <summary>Adds what a word says. Returns how many words that took.</summary>
    private int AddWord(string word, string? next)
    {
        if (word.Equals("warn_if_reject", StringComparison.OrdinalIgnoreCase))
        {
            _warnsOnly = true;
            return 1;
        }
        if (word.Contains(':', StringComparison.Ordinal)) AddBareTable(word);
        else if (RestrictionTable.Find(word) is { } kind) return AddKind(kind, next);
        else if (setup.Classes.Find(word) is { } restrictionClass)
        {
            _stopsRelaying |= !_warnsOnly && restrictionClass.StopsRelaying;
            Add(word, restrictionClass);
        }
        else AddFault($"unknown smtpd restriction: \"{word}\": remove it, or correct its name");
        return 1;
    }

    private int AddKind(RestrictionKind kind, string? argument)
    {
        if (kind.Absence.Length > 0)
        {
            AddAbsent(kind);
            return 1;
        }
        if (kind.Warning.Length > 0)
            setup.Faults.Add(new ConfigFault(FaultSeverity.Warning, "main.cf", 0, parameter, $"restriction {kind.Name} {kind.Warning}"));
        _stopsRelaying |= !_warnsOnly && kind.StopsRelaying;
        if (!kind.TakesArgument)
        {
            Add(kind, "");
            return 1;
        }
        if (argument is null) AddFault($"restriction {kind.Name} needs a word behind it");
        else if (kind.CheckArgument(argument) is { } fault) AddFault($"restriction {kind.Name}: bad argument \"{argument}\": {fault}");
        else Add(kind, argument);
        return 2;
    }

    /// <summary>A restriction that is not here is a setting that protects and is not supported (<c>unsupported_settings</c>).</summary>
    private void AddAbsent(RestrictionKind kind)
    {
        var message = $"restriction {kind.Name} is not available: {kind.Absence}";
        if (!setup.Snapshot.Get(MainParameters.UnsupportedSettings))
        {
            AddFault($"{message}, or set {MainParameters.UnsupportedSettings.Name} = ignore");
            return;
        }
        setup.Faults.Add(new ConfigFault(FaultSeverity.Warning, "main.cf", 0, parameter, message));
        _warnsOnly = false;
    }

    private void AddBareTable(string name)
    {
        if (ForbidsBareTables)
            AddFault($"specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, check_sender_access, "
                + $"check_recipient_access, check_etrn_access) before restriction \"{name}\"");
        else Add(name, new BareTable(setup, name));
    }

    private void Add(RestrictionKind kind, string argument)
    {
        var restriction = kind.Create(setup, argument);
        var isNoted = kind.Permits is not null && !setup.Permits.IsEmpty;
        Add(kind.Name, isNoted ? new NotedPermit(restriction, kind.Name, kind.Permits!, setup.Permits) : restriction);
    }

    private void Add(string name, IRestriction restriction)
    {
        _entries.Add(new RestrictionEntry(name, restriction, _warnsOnly));
        _warnsOnly = false;
    }
}
