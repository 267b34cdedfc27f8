using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// One element of a match list, files already replaced by what they hold: a plain pattern, or a table.
/// </summary>
/// <param name="IsExclusion">True if it stood behind <c>!</c>: what matches here does not match the list.</param>
/// <param name="Pattern">The pattern without <c>!</c>; for a table its name.</param>
/// <param name="Table">The table to ask; null for a plain pattern.</param>
/// <param name="File">Where it stands.</param>
/// <param name="Line">The line there; 0 if not known.</param>
internal sealed record MatchListItem(bool IsExclusion, string Pattern, ILookupTable? Table, string File, int Line);
