using Npgsql;
using NpgsqlTypes;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>The rows that one transaction adds: messages, their content and their recipients.</summary>
internal sealed class AddedRows
{
    private readonly MessageRows _messages = new();
    private readonly RecipientRows _recipients = new();
    private readonly List<ContentRows> _content = [];
    private readonly NpgsqlParameter<long> _count = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly NpgsqlBatchCommand _addMessages;
    private readonly NpgsqlBatchCommand _addRecipients;
    private readonly NpgsqlBatchCommand _countAdded;
    private readonly string _addContent;
    private int _contentUsed;

    public AddedRows(NamedStatements statements)
    {
        _addMessages = _messages.Columns.Command(statements["add_messages"]);
        _addContent = statements["add_content"];
        _addRecipients = _recipients.Columns.Command(statements["add_recipients"]);
        _countAdded = new NpgsqlBatchCommand(statements["count_added"]) { Parameters = { _count } };
    }

    public void Add(NewMessage message)
    {
        _messages.Add(message.Envelope);
        foreach (var recipient in message.Recipients) _recipients.Add(message.Envelope, recipient);
        for (var i = 0; i < message.Content.Segments.Count; i++) RowsWithRoom().Add(message.Envelope.Id, i, message.Content.Segments[i]);
    }

    /// <summary>Puts the statements into the batch, if there is anything to add.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        if (_messages.Count == 0) return;
        _count.TypedValue = _messages.Count;
        batch.BatchCommands.Add(_addMessages);
        for (var i = 0; i < _contentUsed; i++) batch.BatchCommands.Add(_content[i].Command);
        batch.BatchCommands.Add(_addRecipients);
        batch.BatchCommands.Add(_countAdded);
    }

    public void Clear()
    {
        _messages.Columns.Clear();
        foreach (var rows in _content) rows.Clear();
        // What a large message needed is not kept for ever.
        if (_content.Count > 1) _content.RemoveRange(1, _content.Count - 1);
        _contentUsed = 0;
        _recipients.Columns.Clear();
    }

    private ContentRows RowsWithRoom()
    {
        if (_contentUsed > 0 && _content[_contentUsed - 1].HasRoom) return _content[_contentUsed - 1];
        if (_contentUsed == _content.Count) _content.Add(new ContentRows(_addContent));
        return _content[_contentUsed++];
    }
}
