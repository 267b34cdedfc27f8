namespace BulkRelay.Core.Configuration.Tables;

/// <summary>One entry of a table, for those who look at what it says before it is used.</summary>
/// <param name="Table">The table in which it stands: one of those that a <c>pipemap</c> is made of, say.</param>
/// <param name="Key">The key; empty for a rule with a pattern.</param>
/// <param name="Value">The right-hand side. What depends on the key is <see cref="Unknown"/>.</param>
/// <param name="Line">The line in the source of the table, from 1; 0 if there is none, or it has to be looked for.</param>
public readonly record struct TableEntry(ILookupTable Table, string Key, string Value, int Line)
{
    /// <summary>Stands for what a look-up puts in: the groups of a pattern.</summary>
    public const char Unknown = '\uFFFC';
}
