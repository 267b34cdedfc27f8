using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// The tables of one configuration. A table that several parameters name is opened once. Opening never fails: what is wrong is
/// recorded in <see cref="Faults"/>, and the table that stands in answers <see cref="LookupResult.Unavailable"/>. Safe for use by
/// many threads.
/// </summary>
public sealed class LookupTableSet
{
    private const int MaxNesting = 10;
    private const string ProxyPrefix = "proxy:";

    /// <summary>The files that these name have the syntax of aliases(5), whoever else names them: Postfix's index of one is a table like any.</summary>
    private static readonly string[] AliasParameters = ["alias_maps", "alias_database"];

    private readonly Dictionary<string, ILookupTable> _tables = new(StringComparer.Ordinal);
    private readonly List<ConfigFault> _faults = [];
    private readonly object _gate = new();
    private readonly ConfigSnapshot? _snapshot;
    private readonly string _defaultType;
    private readonly HashSet<string> _aliasFiles = [];
    private int _nesting;

    /// <param name="defaultType">The type of a table that is named by its file alone (<c>default_database_type</c>).</param>
    /// <param name="time">The clock by which changed files are noticed.</param>
    /// <param name="warn">Takes warnings that arise later, while the relay runs (a changed file with a fault): one line each.</param>
    public LookupTableSet(string defaultType, TimeProvider time, Action<string> warn)
    {
        _defaultType = defaultType;
        Time = time;
        Warn = warn;
    }

    /// <summary>The set for a configuration.</summary>
    public LookupTableSet(ConfigSnapshot snapshot, TimeProvider time, Action<string> warn)
        : this(snapshot.Get(RoutingParameters.DefaultDatabaseType), time, warn)
    {
        Folder = snapshot.ConfigDirectory;
        _snapshot = snapshot;
        MaxFaults = 5;
        _aliasFiles = [.. AliasParameters.SelectMany(p => ParameterList.TrySplit(snapshot.FindText(p) ?? "", out _) ?? []).Select(FullName)];
        Folding = snapshot.Get(SmtpdParameters.SmtpUtf8Enable) ? KeyFolding.Unicode : KeyFolding.Ascii;
    }

    /// <summary>Shares the tables and the faults of another set.</summary>
    private LookupTableSet(LookupTableSet other, ConfigSnapshot snapshot)
        : this(snapshot, other.Time, other.Warn) => (_tables, _faults, _gate) = (other._tables, other._faults, other._gate);

    /// <summary>The same set for a service: where its own settings name tables, faults are told with the line of <c>master.cf</c>.</summary>
    public LookupTableSet For(ConfigSnapshot service) => new(this, service);

    /// <summary>The most faults in the text of one table that are told one by one.</summary>
    internal int MaxFaults { get; } = int.MaxValue;

    /// <summary>The folder from which relative names of files count.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>Where the names of tables come from, for faults.</summary>
    public string Origin { get; init; } = "main.cf";

    /// <summary>Which keys of indexed tables are the same.</summary>
    public KeyFolding Folding { get; init; } = KeyFolding.Unicode;

    /// <summary>How the source of an indexed table is read: as <c>postmap</c> does, or for alias files as <c>postalias</c> does.</summary>
    public Func<TableText, IReadOnlyDictionary<string, string>> ParseText { get; init; } = TextTable.Parse;

    /// <summary>What was wrong with the tables and lists opened so far.</summary>
    public IReadOnlyList<ConfigFault> Faults
    {
        get
        {
            lock (_gate) return [.. _faults];
        }
    }

    internal TimeProvider Time { get; }

    internal Action<string> Warn { get; }

    /// <summary>The table of that name (<c>type:rest</c>, or a file of the default type).</summary>
    /// <param name="name">As the configuration has it.</param>
    /// <param name="parameter">The parameter that names it, for faults; empty for none.</param>
    public ILookupTable Open(string name, string parameter = "")
    {
        lock (_gate)
        {
            if (_tables.TryGetValue(name, out var known)) return known;
            if (_nesting >= MaxNesting) return Refuse(name, parameter, $"tables are nested more than {MaxNesting} deep");
            _nesting++;
            var table = OpenNew(name, parameter);
            _nesting--;
            return _tables[name] = table;
        }
    }

    /// <summary>All the tables that a list names, in its order: <c>hash:/a, inline:{b=c}</c>.</summary>
    public IReadOnlyList<ILookupTable> OpenAll(string list, string parameter)
    {
        var names = ParameterList.TrySplit(list, out var fault);
        return names is null ? [Refuse(list, parameter, fault!)] : [.. names.Select(name => Open(name, parameter))];
    }

    /// <summary>How the source of that table is read.</summary>
    internal Func<TableText, IReadOnlyDictionary<string, string>> ParserOf(string table) => _aliasFiles.Contains(table) ? AliasFile.Parse : ParseText;

    private string FullName(string table)
    {
        if (table.StartsWith(ProxyPrefix, StringComparison.Ordinal)) table = table[ProxyPrefix.Length..];
        return table.Contains(':', StringComparison.Ordinal) ? table : $"{_defaultType}:{table}";
    }

    internal void Report(ConfigFault fault)
    {
        var placed = _snapshot?.Place(fault) ?? fault;
        lock (_gate) _faults.Add(placed);
    }

    private ILookupTable OpenNew(string name, string parameter)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (typeName, argument) = colon < 0 ? (_defaultType, name) : (name[..colon], name[(colon + 1)..]);
        if (LookupTables.Find(typeName) is not { } type)
            return Refuse(name, parameter, $"unsupported dictionary type: {typeName} (known: {string.Join(", ", LookupTables.Names)})");
        if (argument.Length == 0) return Refuse(name, parameter, $"expecting 'type:name' form instead of '{name}'");
        return type.Open(new TableOpening($"{typeName}:{argument}", argument, parameter, this));
    }

    private FailTable Refuse(string name, string parameter, string message)
    {
        Report(new ConfigFault(FaultSeverity.Error, Origin, 0, parameter, $"table {name}: {message}"));
        return new FailTable(name, message);
    }
}
