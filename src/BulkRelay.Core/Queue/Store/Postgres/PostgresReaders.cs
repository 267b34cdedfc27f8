using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store.Writing;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// A few connections for reading. A read whose connection fails is made again on another one; when that fails again and again no
/// connection is tried for a while.
/// </summary>
internal sealed class PostgresReaders : ISuspendableReaders, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly string _place;
    private readonly TimeSpan _callLimit;
    private readonly SemaphoreSlim _permits = new(PostgresStoreOptions.Readers);
    private readonly ResiliencePipeline _pipeline;
    private CancellationTokenSource _running = new();
    private volatile bool _isSuspended;

    /// <param name="options">Where to connect.</param>
    /// <param name="log">For the operator; null for commands, which show what they meet.</param>
    public PostgresReaders(PostgresStoreOptions options, ServiceLog? log)
    {
        _source = NpgsqlDataSource.Create(options.ReaderConnection);
        _place = options.Place;
        _callLimit = options.CallLimit;
        _pipeline = Pipeline(options, log);
    }

    /// <summary>Makes sure that there is a queue which can be read.</summary>
    /// <exception cref="QueueStoreException">There is none, or it cannot be reached.</exception>
    public void Require()
    {
        try
        {
            using var connection = _source.OpenConnection();
            PostgresMigrations.Require(connection, _place);
        }
        catch (NpgsqlException e)
        {
            throw CannotRead(e);
        }
    }

    /// <summary>Runs a read on one of the connections, as soon as one is free.</summary>
    /// <exception cref="QueueStoreException">The database is being reopened, closed, or cannot be read.</exception>
    public async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancel)
    {
        await _permits.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_isSuspended) throw IsDown();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _running.Token);
            return await _pipeline.ExecuteAsync(static async (work, stop) =>
            {
                await using var connection = await work.source.OpenConnectionAsync(stop).ConfigureAwait(false);
                return await work.read(connection, stop).ConfigureAwait(false);
            }, (source: _source, read), either.Token).AsTask().WaitAsync(_callLimit, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw IsDown();
        }
        catch (Exception e) when (e is NpgsqlException or BrokenCircuitException)
        {
            throw CannotRead(e);
        }
        finally
        {
            _permits.Release();
        }
    }

    /// <inheritdoc/>
    public void Suspend()
    {
        _isSuspended = true;
        _running.Cancel();
        for (var i = 0; i < PostgresStoreOptions.Readers; i++) _permits.Wait();
        _running.Dispose();
        _running = new CancellationTokenSource();
        _source.Clear();
        _permits.Release(PostgresStoreOptions.Readers);
    }

    /// <inheritdoc/>
    public void Resume() => _isSuspended = false;

    public async ValueTask DisposeAsync()
    {
        Suspend();
        await _source.DisposeAsync().ConfigureAwait(false);
        _running.Dispose();
        _permits.Dispose();
    }

    private QueueStoreException IsDown() => new($"{_place} is closed or being reopened after a failure");

    private QueueStoreException CannotRead(Exception cause) => new(
        $"{_place} cannot be read: {(cause is NpgsqlException failure ? new PostgresErrorException(failure, "PostgreSQL").Message : cause.Message)}", cause);

    private static ResiliencePipeline Pipeline(PostgresStoreOptions options, ServiceLog? log)
    {
        var ofConnection = new PredicateBuilder().Handle<NpgsqlException>(PostgresErrorException.IsOfConnection);
        return new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = ofConnection,
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(20),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = ofConnection,
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(1),
                OnOpened = opened =>
                {
                    log?.Warning($"queue store: {options.Place} cannot be read, no try for {opened.BreakDuration.TotalSeconds} s: {opened.Outcome.Exception?.Message}");
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }
}
