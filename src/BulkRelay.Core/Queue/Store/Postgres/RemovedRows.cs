using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>What leaves the queue in one transaction: recipients that are done, and messages.</summary>
internal sealed class RemovedRows
{
    private readonly Columns _done = new();
    private readonly List<long> _doneMessages;
    private readonly List<int> _doneNumbers;
    private readonly Columns _lock = new();
    private readonly List<long> _locked;
    private readonly Columns _remove = new();
    private readonly List<long> _finished;
    private readonly List<long> _perhapsFinished;
    private readonly NpgsqlBatchCommand _doneCommand;
    private readonly NpgsqlBatchCommand _lockCommand;
    private readonly NpgsqlBatchCommand _removeCommand;

    public RemovedRows(NamedStatements statements)
    {
        _doneMessages = _done.Bigint();
        _doneNumbers = _done.Integer();
        _locked = _lock.Bigint();
        _finished = _remove.Bigint();
        _perhapsFinished = _remove.Bigint();
        _doneCommand = _done.Command(statements["done"]);
        _lockCommand = _lock.Command(statements["lock_messages"]);
        _removeCommand = _remove.Command(statements["remove"]);
    }

    /// <summary>True if <see cref="AppendTo"/> puts statements into the batch.</summary>
    public bool Any => _finished.Count + _perhapsFinished.Count > 0;

    /// <summary>The message has nothing left, or is not wanted any more.</summary>
    public void Remove(long messageId) => _finished.Add(messageId);

    /// <summary>These recipients are done; the message leaves if they were the last.</summary>
    public void Done(long messageId, IReadOnlyList<int> numbers)
    {
        foreach (var number in numbers)
        {
            _doneMessages.Add(messageId);
            _doneNumbers.Add(number);
        }
        _locked.Add(messageId);
        _perhapsFinished.Add(messageId);
    }

    /// <summary>Puts the statements into the batch. Their one result that counts is the last: message id, and whether it has left.</summary>
    public void AppendTo(NpgsqlBatch batch)
    {
        if (_perhapsFinished.Count > 0) batch.BatchCommands.Add(_lockCommand);
        if (_doneMessages.Count > 0) batch.BatchCommands.Add(_doneCommand);
        if (Any) batch.BatchCommands.Add(_removeCommand);
    }

    /// <summary>Reads the results of these statements, and goes on to the next one's.</summary>
    public void Read(NpgsqlDataReader results, ICollection<long> removed, ICollection<long> staying)
    {
        if (!Any) return;
        if (_perhapsFinished.Count > 0) results.NextResult();
        while (results.Read()) (results.GetBoolean(1) ? removed : staying).Add(results.GetInt64(0));
        results.NextResult();
    }

    public void Clear()
    {
        _done.Clear();
        _lock.Clear();
        _remove.Clear();
    }
}
