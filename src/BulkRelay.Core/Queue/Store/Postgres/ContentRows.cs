using Npgsql;
using NpgsqlTypes;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// Segments of content that one statement adds. A large message takes several: a server gives up on a value of 1 GB, and holds several
/// times in memory what it is given at once.
/// </summary>
internal sealed class ContentRows
{
    private const long Most = 16 * 1024 * 1024;

    private readonly Columns _columns = new();
    private readonly List<long> _messages;
    private readonly List<int> _segments;
    private readonly List<ReadOnlyMemory<byte>> _data;
    private long _octets;

    public ContentRows(string sql)
    {
        _messages = _columns.Bigint();
        _segments = _columns.Integer();
        _data = _columns.Add<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);
        Command = _columns.Command(sql);
    }

    public NpgsqlBatchCommand Command { get; }

    public bool HasRoom => _octets < Most;

    public void Add(long message, int segment, ReadOnlyMemory<byte> data)
    {
        _messages.Add(message);
        _segments.Add(segment);
        _data.Add(data);
        _octets += data.Length;
    }

    public void Clear()
    {
        _columns.Clear();
        _octets = 0;
    }
}
