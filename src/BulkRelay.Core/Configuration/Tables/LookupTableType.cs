namespace BulkRelay.Core.Configuration.Tables;

/// <summary>A type of lookup table: the word before the colon, and how such a table is opened.</summary>
/// <param name="Name">The word, in lower case.</param>
/// <param name="Open">Opens a table. Faults go to <see cref="TableOpening"/>; a table that cannot answer is returned, never null.</param>
public sealed record LookupTableType(string Name, Func<TableOpening, ILookupTable> Open);
