using System.Diagnostics;
using BulkRelay.Core.Observability;
using Polly;
using Polly.Retry;

namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// What happens after a failure of the database (an I/O or sync error, damage, a lost connection). A commit is never just repeated: after
/// a failed sync the kernel may have dropped the data and report success the next time, and a server may have committed though its reply
/// was lost. The database is opened again and checked as its driver knows to (<see cref="WriterOptions.Reopen"/>). What is in it then is
/// on disk. Only then do those get their answer whose commit had failed half-way: a client is told yes or no when it is certain. If that
/// takes too long the answer is no, and what is found in the database all the same is taken out of it before anybody can see it.
/// </summary>
internal sealed class StoreRecovery
{
    private readonly WriterOptions _options;
    private readonly WriterInbox _inbox;
    private readonly ServiceLog _log;
    private readonly ResiliencePipeline<IWriterDatabase> _retry;
    private readonly List<WriteRequest> _unclear = [];
    private readonly List<MessageEnvelope> _takenBack = [];
    private long _failedAt;

    public StoreRecovery(WriterOptions options, WriterInbox inbox)
    {
        _options = options;
        _inbox = inbox;
        _log = options.Log;
        _retry = new ResiliencePipelineBuilder<IWriterDatabase>().AddRetry(new RetryStrategyOptions<IWriterDatabase>
        {
            ShouldHandle = new PredicateBuilder<IWriterDatabase>().Handle<DatabaseErrorException>().Handle<QueueStoreException>(),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = options.ReopenDelay,
            MaxDelay = options.LongestReopenDelay,
            OnRetry = failed =>
            {
                StillDown(failed.Outcome.Exception!);
                return ValueTask.CompletedTask;
            },
        }).Build();
    }

    /// <summary>
    /// Answers everything whose fate is known with Unavailable, and keeps the rest.
    /// </summary>
    /// <param name="atWork">The requests of the transaction that failed.</param>
    /// <param name="mayHaveCommitted">True if it is not known whether it is on disk.</param>
    public void Begin(IEnumerable<WriteRequest> atWork, bool mayHaveCommitted)
    {
        _failedAt = Stopwatch.GetTimestamp();
        _inbox.Refuse();
        if (mayHaveCommitted) _unclear.AddRange(atWork);
        else foreach (var request in atWork) request.Refuse(StoreResult.Unavailable);
    }

    /// <summary>Tries until the database is open and sound; null if the store is closed before.</summary>
    public IWriterDatabase? Reopen()
    {
        try
        {
            return _retry.Execute(static (recovery, _) => recovery.TryReopen(), this, _inbox.Closing);
        }
        catch (OperationCanceledException)
        {
            foreach (var request in _unclear)
                request.Fault(new QueueStoreException("the store was closed before it was known whether this is stored"));
            foreach (var message in _takenBack)
                _log.Error($"queue store: {message.QueueId}: was refused, yet may be in the queue: it may be delivered twice");
            return null;
        }
    }

    private IWriterDatabase TryReopen()
    {
        var database = _options.Reopen();
        try
        {
            foreach (var request in _unclear) request.Resolve(database);
            _unclear.Clear();
            TakeBack(database);
            return database;
        }
        catch
        {
            database.Abandon();
            throw;
        }
    }

    private void StillDown(Exception cause)
    {
        _log.Error($"queue store: cannot be reopened yet: {cause.Message}");
        if (Stopwatch.GetElapsedTime(_failedAt) < _options.UnclearPatience) return;
        foreach (var request in _unclear)
            if (request.GiveUp() is { } takeBack) _takenBack.Add(takeBack);
        _unclear.Clear();
    }

    private void TakeBack(IWriterDatabase database)
    {
        if (_takenBack.Count == 0) return;
        var removal = new ChangeRequest(QueueChange.Delete, [.. _takenBack.Select(message => message.Id)], default);
        database.Write([removal]);
        foreach (var message in _takenBack.Where(message => removal.Result.Messages.Contains(message.Id)))
            _log.Warning($"queue store: {message.QueueId}: removed: its commit had gone through, but the client was told that it had not");
        _takenBack.Clear();
    }
}
