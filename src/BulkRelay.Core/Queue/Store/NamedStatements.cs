namespace BulkRelay.Core.Queue.Store;

/// <summary>The statements of one embedded <c>.sql</c> file, each under a line <c>-- name: …</c>.</summary>
internal sealed class NamedStatements
{
    private const string Mark = "-- name: ";

    private readonly Dictionary<string, string> _statements = [];

    /// <param name="file">The name of the file with its folder, as <see cref="EmbeddedSql"/> has it.</param>
    public NamedStatements(string file)
    {
        foreach (var part in EmbeddedSql.Read(file).Split(Mark).Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            _statements.Add(part[..end].Trim(), part[(end + 1)..].Trim());
        }
    }

    /// <summary>The statement of that name.</summary>
    public string this[string name] => _statements[name];
}
