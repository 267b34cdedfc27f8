using System.Diagnostics.CodeAnalysis;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>Lets a few do costly work at the same time; others wait, not too many and not too long.</summary>
/// <param name="parallel">How many work.</param>
/// <param name="waiting">How many may wait.</param>
/// <param name="patience">How long each may wait.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed class WorkGate(int parallel, int waiting, TimeSpan patience, TimeProvider time)
{
    private readonly SemaphoreSlim _free = new(parallel);
    private int _waiting;

    /// <summary>Waits for a turn. False if there is none in time; otherwise <see cref="Leave"/> ends it.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask<bool> EnterAsync(CancellationToken cancel)
    {
        if (_free.Wait(0, CancellationToken.None)) return true;
        try
        {
            if (Interlocked.Increment(ref _waiting) > waiting) return false;
            using var limit = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            await _free.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>The work is done.</summary>
    public void Leave() => _free.Release();
}
