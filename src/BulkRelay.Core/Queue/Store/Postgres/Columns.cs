using Npgsql;
using NpgsqlTypes;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// The parameters of a statement that works on many rows at once: an array for each column. They are filled anew for each transaction and
/// keep their room.
/// </summary>
internal sealed class Columns
{
    private readonly List<NpgsqlParameter> _parameters = [];
    private Action? _clear;

    /// <summary>Adds the next column, in the order of the statement's <c>$1</c>, <c>$2</c> …</summary>
    public List<T> Add<T>(NpgsqlDbType type)
    {
        var values = new List<T>();
        _parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        _clear += values.Clear;
        return values;
    }

    public List<long> Bigint() => Add<long>(NpgsqlDbType.Bigint);

    public List<int> Integer() => Add<int>(NpgsqlDbType.Integer);

    public List<short> Smallint() => Add<short>(NpgsqlDbType.Smallint);

    public TextColumn Text() => new(Add<string>(NpgsqlDbType.Text));

    public List<bool> Boolean() => Add<bool>(NpgsqlDbType.Boolean);

    /// <summary>The statement, ready to be put into a batch.</summary>
    public NpgsqlBatchCommand Command(string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in _parameters) command.Parameters.Add(parameter);
        return command;
    }

    public void Clear() => _clear?.Invoke();
}
