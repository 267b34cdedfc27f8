using BulkRelay.Core.Queue.Store.Writing;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// The changes of many requests as a few statements, each on all its rows at once. They go to the server together and are one
/// transaction there (the protocol's implicit one, from the first statement to the Sync behind the last): one round trip with its commit.
/// Filled, executed and cleared by the writer's thread, again and again.
/// </summary>
internal sealed class WriterTransaction
{
    private static readonly NamedStatements Statements = new("Postgres.Sql.Writer.sql");

    private readonly AddedRows _added = new(Statements);
    private readonly DeferredRows _deferred = new(Statements);
    private readonly UnreportedRows _unreported = new(Statements);
    private readonly RemovedRows _removed = new(Statements);
    private readonly List<OperatorStatement> _wishes = [];
    private readonly Columns _warned = new();
    private readonly List<long> _warnedMessages;
    private readonly NpgsqlBatchCommand _markWarned;
    private readonly NpgsqlBatchCommand _requireOwner = new(Statements["require_owner"]);
    private readonly NpgsqlBatchCommand _reserveIds = new(Statements["reserve_ids"]);
    private readonly NpgsqlBatchCommand _countMessages = new(Statements["count_messages"]);
    private readonly HashSet<long> _removedIds = [];
    private readonly HashSet<long> _stayingIds = [];

    /// <param name="relay"><see cref="QueueOwnership.Relay"/>.</param>
    public WriterTransaction(string relay)
    {
        _requireOwner.Parameters.Add(new NpgsqlParameter<string> { TypedValue = relay });
        _warnedMessages = _warned.Bigint();
        _markWarned = _warned.Command(Statements["mark_warned"]);
    }

    /// <summary>The text of a statement of the writer.</summary>
    public static string Sql(string name) => Statements[name];

    /// <summary>Takes in what a request changes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isStored">Whether a report is in the queue already, from a transaction of which it was not known that it was committed.</param>
    public void Take(WriteRequest request, Predicate<long> isStored)
    {
        switch (request)
        {
            case AddRequest add:
                _added.Add(add.Message);
                break;
            case RecordRequest record:
                Take(record.Record, isStored);
                break;
            case ChangeRequest { Change: QueueChange.Delete } deletion:
                foreach (var id in deletion.MessageIds) _removed.Remove(id);
                break;
            default:
                _wishes.Add(OperatorStatement.For(request, Statements));
                break;
        }
    }

    /// <summary>
    /// Executes and commits. Returns the messages in the queue, and the first of a block of ids if <paramref name="reserveIds"/> asked for one.
    /// </summary>
    public (long Messages, long? IdBlock) Execute(NpgsqlConnection connection, bool reserveIds)
    {
        using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(_requireOwner);
        _added.AppendTo(batch);
        _deferred.AppendTo(batch);
        _unreported.AppendTo(batch);
        if (_warnedMessages.Count > 0) batch.BatchCommands.Add(_markWarned);
        _removed.AppendTo(batch);
        foreach (var wish in _wishes) batch.BatchCommands.Add(wish.Command);
        if (reserveIds) batch.BatchCommands.Add(_reserveIds);
        batch.BatchCommands.Add(_countMessages);
        using var results = batch.ExecuteReader();
        _removed.Read(results, _removedIds, _stayingIds);
        foreach (var wish in _wishes) wish.Read?.Invoke(results);
        long? block = null;
        if (reserveIds)
        {
            results.Read();
            block = results.GetInt64(0);
            results.NextResult();
        }
        results.Read();
        var messages = results.GetInt64(0);
        results.NextResult(); // the end of the transaction: an error at its commit is thrown here
        return (messages, block);
    }

    /// <summary>Tells the requests of the executed transaction what came of them.</summary>
    public void Answer(IReadOnlyList<WriteRequest> requests)
    {
        // Of several records of one message in one transaction the last is the one with which it left.
        for (var i = requests.Count - 1; i >= 0; i--)
        {
            if (requests[i] is RecordRequest record) record.MessageLeft = _stayingIds.Add(record.Record.MessageId);
            else if (requests[i] is ChangeRequest { Change: QueueChange.Delete } deletion)
                deletion.Result = new QueueChanged([.. deletion.MessageIds.Where(_removedIds.Contains)], []);
        }
    }

    /// <summary>Makes ready for the next.</summary>
    public void Clear()
    {
        _added.Clear();
        _deferred.Clear();
        _unreported.Clear();
        _removed.Clear();
        _warned.Clear();
        _wishes.Clear();
        _removedIds.Clear();
        _stayingIds.Clear();
    }

    private void Take(DeliveryRecord record, Predicate<long> isStored)
    {
        foreach (var report in record.Reports)
            if (!isStored(report.Envelope.Id)) _added.Add(report);
        if (record.MarksWarned) _warnedMessages.Add(record.MessageId);
        if (record.HoldsMessage) _wishes.Add(OperatorStatement.Hold(record.MessageId, Statements));
        foreach (var deferred in record.Deferred) _deferred.Add(record.MessageId, deferred);
        foreach (var unreported in record.Unreported) _unreported.Add(record.MessageId, unreported);
        foreach (var reported in record.Reported) _unreported.Reported(record.MessageId, reported);
        if (record.FinishesMessage) _removed.Remove(record.MessageId);
        else _removed.Done(record.MessageId, record.Done);
    }
}
