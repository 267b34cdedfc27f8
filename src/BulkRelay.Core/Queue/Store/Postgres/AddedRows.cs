using Npgsql;
using NpgsqlTypes;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>The rows that one transaction adds: messages, their content and their recipients.</summary>
internal sealed class AddedRows
{
    private readonly MessageRows _messages = new();
    private readonly RecipientRows _recipients = new();
    private readonly Columns _content = new();
    private readonly List<long> _contentMessages;
    private readonly List<int> _contentSegments;
    private readonly List<ReadOnlyMemory<byte>> _contentData;
    private readonly NpgsqlParameter<long> _count = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlBatchCommand[] _commands;

    public AddedRows(NamedStatements statements)
    {
        _contentMessages = _content.Bigint();
        _contentSegments = _content.Integer();
        _contentData = _content.Add<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);
        _commands =
        [
            _messages.Columns.Command(statements["add_messages"]),
            _content.Command(statements["add_content"]),
            _recipients.Columns.Command(statements["add_recipients"]),
            new NpgsqlBatchCommand(statements["count_added"]) { Parameters = { _count } },
        ];
    }

    public void Add(NewMessage message)
    {
        _messages.Add(message.Envelope);
        foreach (var recipient in message.Recipients) _recipients.Add(message.Envelope, recipient);
        for (var i = 0; i < message.Content.Segments.Count; i++)
        {
            _contentMessages.Add(message.Envelope.Id);
            _contentSegments.Add(i);
            _contentData.Add(message.Content.Segments[i]);
        }
    }

    /// <summary>Puts the statements into the batch, if there is anything to add.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        if (_messages.Count == 0) return;
        _count.TypedValue = _messages.Count;
        foreach (var command in _commands) batch.BatchCommands.Add(command);
    }

    public void Clear()
    {
        _messages.Columns.Clear();
        _content.Clear();
        _recipients.Columns.Clear();
    }
}
