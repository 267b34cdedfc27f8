using System.Collections.Concurrent;
using BulkRelay.Core.Queue.Store.Writing;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// A few connections for reading, opened when they are first needed. Reads run on threads of the pool, not on the caller's.
/// </summary>
internal sealed class ReaderPool(string file) : ISuspendableReaders, IDisposable
{
    private const int Size = 4;

    private readonly SemaphoreSlim _permits = new(Size);
    private readonly ConcurrentStack<ReaderDatabase> _idle = new();
    private volatile bool _isSuspended;

    /// <summary>Called when a read finds the database failing.</summary>
    public Action<SqliteErrorException>? Failed { get; set; }

    /// <summary>Runs a read on one of the connections, as soon as one is free.</summary>
    /// <exception cref="QueueStoreException">The database is being reopened, closed, or cannot be read.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ReaderDatabase, T> read, CancellationToken cancel)
    {
        await _permits.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_isSuspended) throw new QueueStoreException($"{file} is closed or being reopened after a failure");
            return await Task.Run(() => Run(read), cancel).ConfigureAwait(false);
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
        for (var i = 0; i < Size; i++) _permits.Wait();
        while (_idle.TryPop(out var reader)) reader.Dispose();
        _permits.Release(Size);
    }

    /// <inheritdoc/>
    public void Resume() => _isSuspended = false;

    public void Dispose()
    {
        Suspend();
        _permits.Dispose();
    }

    private T Run<T>(Func<ReaderDatabase, T> read)
    {
        ReaderDatabase? reader = null;
        try
        {
            if (!_idle.TryPop(out reader)) reader = ReaderDatabase.Open(file);
            var result = read(reader);
            _idle.Push(reader);
            return result;
        }
        catch (SqliteErrorException e)
        {
            reader?.Dispose();
            if (e.IsDamage) Failed?.Invoke(e);
            throw new QueueStoreException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
