namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>The statements of one embedded <c>.sql</c> file, each under a line <c>-- name: …</c>.</summary>
internal sealed class NamedStatements
{
    private const string Mark = "-- name: ";

    private readonly Dictionary<string, string> _statements = [];

    /// <param name="file">The name of the file in the folder <c>Sql</c>.</param>
    public NamedStatements(string file)
    {
        foreach (var part in EmbeddedSql.Read($"Sql.{file}").Split(Mark).Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            _statements.Add(part[..end].Trim(), part[(end + 1)..].Trim());
        }
    }

    /// <summary>Prepares the statement of that name on a connection.</summary>
    public SqliteStatement Prepare(SqliteDatabase database, string name) => database.Prepare(_statements[name], name);
}
