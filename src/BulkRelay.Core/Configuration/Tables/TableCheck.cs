namespace BulkRelay.Core.Configuration.Tables;

/// <summary>What is wrong with a right-hand side of a table; null for nothing.</summary>
/// <param name="value">The right-hand side.</param>
public delegate string? ValueCheck(string value);

/// <summary>
/// Looks at what the entries of tables say before they are used, at <c>check</c>, start and reload alike. A table of any size is gone
/// through once, in memory; a value that was right is not looked at again; and the file is read again only for the numbers of lines with
/// faults. Warnings: tables change while the relay runs, and a slip in one entry is no reason to stop all mail.
/// </summary>
internal sealed class TableCheck
{
    /// <summary>The most faults of one table that are told one by one.</summary>
    private const int MaxTold = 5;

    /// <summary>The most different values that are remembered as right.</summary>
    private const int MaxKnown = 10_000;

    /// <summary>The longest part of a key in a message, in characters.</summary>
    private const int MaxKey = 80;

    private readonly HashSet<(ILookupTable Table, string Parameter)> _done = [];

    /// <summary>Looks at the tables that a parameter names.</summary>
    /// <param name="set">Where they are opened and faults are reported.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="check">What their values have to be.</param>
    /// <param name="limit">The most different values to look at.</param>
    public void Run(LookupTableSet set, Parameter<string> parameter, ConfigSnapshot config, ValueCheck check, int limit = int.MaxValue) =>
        Run(set.Report, parameter.Name, set.OpenAll(config.Get(parameter), parameter.Name), check, limit);

    /// <summary>Looks at tables, each once.</summary>
    public void Run(Action<ConfigFault> report, string parameter, IEnumerable<ILookupTable> tables, ValueCheck check, int limit = int.MaxValue)
    {
        foreach (var table in tables)
            if (_done.Add((table, parameter))) Look(report, parameter, table, check, limit);
    }

    private static void Look(Action<ConfigFault> report, string parameter, ILookupTable table, ValueCheck check, int limit)
    {
        var right = new HashSet<string>(StringComparer.Ordinal);
        var faults = new List<(TableEntry Entry, string Fault)>();
        var (looked, wrong) = (0, 0);
        foreach (var entry in table.Entries)
        {
            if (right.Contains(entry.Value)) continue;
            if (looked++ == limit) break;
            if (Fault(entry.Value, check) is { } fault)
            {
                if (wrong++ < MaxTold) faults.Add((entry, fault));
            }
            else if (right.Count < MaxKnown) right.Add(entry.Value);
        }
        Tell(report, parameter, table, faults);
        if (wrong > MaxTold) Warn(report, table.SourceFile, 0, parameter, $"table {table.Name}: and {wrong - MaxTold} more entries with such faults");
        if (looked > limit) report(new ConfigFault(FaultSeverity.Note, table.SourceFile, 0, parameter,
            $"table {table.Name}: only the first {limit} different values were looked at"));
    }

    private static void Tell(Action<ConfigFault> report, string parameter, ILookupTable table, List<(TableEntry Entry, string Fault)> faults)
    {
        foreach (var part in faults.GroupBy(f => f.Entry.Table))
        {
            var file = part.Key.SourceFile;
            var keys = part.Where(f => f.Entry.Line == 0).Select(f => f.Entry.Key).ToHashSet(StringComparer.Ordinal);
            var lines = file.Length > 0 && keys.Count > 0 ? part.Key.LinesOf(keys) : new Dictionary<string, int>();
            foreach (var (entry, fault) in part)
            {
                // What stands in the name of the table has the line of the parameter.
                if (file.Length == 0) Warn(report, "", 0, parameter, $"table {table.Name}: {Subject(entry.Key)}{fault}");
                else Warn(report, file, entry.Line > 0 ? entry.Line : lines.GetValueOrDefault(entry.Key), parameter, $"{Subject(entry.Key)}{fault}");
            }
        }
    }

    private static void Warn(Action<ConfigFault> report, string file, int line, string parameter, string message) =>
        report(new ConfigFault(FaultSeverity.Warning, file, line, parameter, string.Concat(message.Select(c => char.IsControl(c) ? '?' : c))));

    private static string Subject(string key) => key.Length == 0 ? "" : $"the entry for {(key.Length <= MaxKey ? key : $"{key[..MaxKey]}…")}: ";

    /// <summary>What is wrong with a value, whatever a look-up puts into it.</summary>
    private static string? Fault(string value, ValueCheck check)
    {
        var fault = check(value);
        if (fault is null || !value.Contains(TableEntry.Unknown, StringComparison.Ordinal)) return fault;
        return fault.Contains(TableEntry.Unknown, StringComparison.Ordinal) ? null : check(value.Replace(TableEntry.Unknown, 'x'));
    }
}
