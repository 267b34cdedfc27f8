using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>What one transaction changes in recipients that stay. Of two changes of one recipient the later one counts.</summary>
internal sealed class DeferredRows
{
    private readonly Columns _columns = new();
    private readonly Dictionary<(long Message, int Number), DeferredRecipient> _changes = [];
    private readonly List<long> _message;
    private readonly List<int> _number;
    private readonly TextColumn _transport;
    private readonly TextColumn _nexthop;
    private readonly List<long> _due;
    private readonly List<int> _attempts;
    private readonly List<int> _status;
    private readonly TextColumn _reason;
    private readonly List<int> _inDoubt;
    private readonly NpgsqlBatchCommand _command;

    public DeferredRows(NamedStatements statements)
    {
        _message = _columns.Bigint();
        _number = _columns.Integer();
        _transport = _columns.Text();
        _nexthop = _columns.Text();
        _due = _columns.Bigint();
        _attempts = _columns.Integer();
        _status = _columns.Integer();
        _reason = _columns.Text();
        _inDoubt = _columns.Integer();
        _command = _columns.Command(statements["defer"]);
    }

    public void Add(long messageId, DeferredRecipient deferred) => _changes[(messageId, deferred.Number)] = deferred;

    /// <summary>Puts the statement into the batch, if there is anything to change.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        if (_changes.Count == 0) return;
        foreach (var ((message, number), deferred) in _changes)
        {
            _message.Add(message);
            _number.Add(number);
            _transport.Add(deferred.Destination.Transport);
            _nexthop.Add(deferred.Destination.Nexthop);
            _due.Add(StoredTime.From(deferred.Due));
            _attempts.Add(deferred.Attempts);
            _status.Add(StoredStatus.From(deferred.Status));
            _reason.Add(StoredText.From(deferred.Reason));
            _inDoubt.Add(deferred.InDoubt);
        }
        batch.BatchCommands.Add(_command);
    }

    public void Clear()
    {
        _changes.Clear();
        _columns.Clear();
    }
}
