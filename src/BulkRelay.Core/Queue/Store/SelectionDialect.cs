namespace BulkRelay.Core.Queue.Store;

/// <summary>What a <see cref="Selection"/> says differently to each database.</summary>
/// <param name="Like">The operator that compares with a pattern and takes ASCII letters of either case as the same.</param>
/// <param name="Join">The inner join; in SQLite the one that reads the tables in the order in which they stand.</param>
internal sealed record SelectionDialect(string Like, string Join);
