using BulkRelay.Core.Queue.Store.Writing;
using Npgsql;
using NpgsqlTypes;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>The statement for an operator's wish, and how its result is read.</summary>
/// <param name="Command">To be put into the transaction.</param>
/// <param name="Read">Reads the result and goes on to the next one's; null for a statement that gives none.</param>
internal sealed record OperatorStatement(NpgsqlBatchCommand Command, Action<NpgsqlDataReader>? Read)
{
    /// <summary>For any wish but a deletion, which leaves with the rows of the transaction.</summary>
    public static OperatorStatement For(WriteRequest request, NamedStatements statements) => request switch
    {
        ChangeRequest change => Change(change, statements),
        ParkRequest park => new(With(statements["park"], Of(park.MessageId), Of(park.Numbers.ToArray())), null),
        UnparkRequest unpark => new(With(statements["unpark"], Of((long)unpark.Limit)), results => ReadUnparked(unpark, results)),
        FreezeRequest freeze => new(Freeze(freeze.Freeze, statements), null),
        UnfreezeRequest unfreeze => new(With(statements["unfreeze"], Of((short)unfreeze.Scope), Of(unfreeze.Name)),
            results => ReadUnfrozen(unfreeze, results)),
        _ => throw new InvalidOperationException($"{request.GetType().Name} is not known here"),
    };

    /// <summary>Holds a message because a delivery asks for it.</summary>
    public static OperatorStatement Hold(long messageId, NamedStatements statements) =>
        new(With(statements["hold"], Of([messageId]), Of(0L)), results => results.NextResult());

    private static OperatorStatement Change(ChangeRequest request, NamedStatements statements)
    {
        var sql = request.Change switch
        {
            QueueChange.Hold => statements["hold"],
            QueueChange.Release => statements["release"],
            QueueChange.Expire => statements["expire"],
            QueueChange.Retry => statements["retry"],
            QueueChange.Requeue => statements["requeue"],
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Change, "removed with other rows"),
        };
        var command = With(sql, Of(request.MessageIds.ToArray()), Of(StoredTime.From(request.Now)));
        if (request.Change == QueueChange.Expire)
        {
            command.Parameters.Add(Of(DestinationKey.Expired.Transport));
            command.Parameters.Add(Of(DestinationKey.Expired.Nexthop));
        }
        return new(command, results => ReadChanged(request, results));
    }

    private static void ReadChanged(ChangeRequest request, NpgsqlDataReader results)
    {
        var changed = new HashSet<long>();
        var due = new List<DestinationKey>();
        while (results.Read())
        {
            if (results.IsDBNull(0)) due.Add(new DestinationKey(results.GetString(1), results.GetString(2)));
            else changed.Add(results.GetInt64(0));
        }
        results.NextResult();
        request.Result = new QueueChanged([.. request.MessageIds.Where(changed.Contains)], due);
    }

    private static void ReadUnparked(UnparkRequest request, NpgsqlDataReader results)
    {
        var recipients = 0L;
        var destinations = new List<DestinationKey>();
        for (; results.Read(); recipients += results.GetInt64(2)) destinations.Add(new DestinationKey(results.GetString(0), results.GetString(1)));
        results.NextResult();
        request.Result = new QueueUnparked((int)recipients, destinations);
    }

    private static void ReadUnfrozen(UnfreezeRequest request, NpgsqlDataReader results)
    {
        results.Read();
        request.Result = results.GetInt64(0) > 0;
        results.NextResult();
    }

    private static NpgsqlBatchCommand Freeze(QueueFreeze freeze, NamedStatements statements) => With(statements["freeze"], Of((short)freeze.Scope),
        Of(freeze.Name), Of(freeze.Reason), Of(StoredTime.From(freeze.Since)), Of(freeze.Until is { } until ? StoredTime.From(until) : 0));

    private static NpgsqlBatchCommand With(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<long> Of(long value) => new NpgsqlParameter<long> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter<short> Of(short value) => new NpgsqlParameter<short> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Smallint };

    private static NpgsqlParameter<string> Of(string value) => new NpgsqlParameter<string> { TypedValue = StoredText.From(value), NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long[]> Of(long[] values) =>
        new NpgsqlParameter<long[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter<int[]> Of(int[] values) =>
        new NpgsqlParameter<int[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };
}
