namespace BulkRelay.Core.Configuration.Tables;

/// <summary>What a table is opened with.</summary>
/// <param name="Name">The whole name, <c>type:rest</c>, for reasons and logs.</param>
/// <param name="Argument">What follows the type and its colon: a file, a value, or <c>{ … }</c>.</param>
/// <param name="Parameter">The parameter that names the table, for faults; empty if none does.</param>
/// <param name="Set">The set that the table will belong to: opens the tables that this one is made of, and collects faults.</param>
public sealed record TableOpening(string Name, string Argument, string Parameter, LookupTableSet Set)
{
    /// <summary>The words between the braces of the argument <c>{ word … }</c>; null if it has not that form or no words.</summary>
    public IReadOnlyList<string>? Words() =>
        ParameterList.InsideBraces(Argument, out _) is { } inside && ParameterList.TrySplit(inside, out _) is { Count: > 0 } words ? words : null;

    /// <summary>Records an error about this table.</summary>
    public void Fault(string message) => Set.Report(new ConfigFault(FaultSeverity.Error, Set.Origin, 0, Parameter, $"table {Name}: {message}"));

    /// <summary>A table that this one is made of.</summary>
    public ILookupTable Part(string name) => Set.Open(name, Parameter);

    /// <summary>Records an error, and gives a table that answers every question with it.</summary>
    public ILookupTable Refuse(string message)
    {
        Fault(message);
        return new FailTable(Name, message);
    }
}
