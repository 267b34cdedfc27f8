using System.Runtime.ExceptionServices;

namespace BulkRelay.Actors.Internal;

/// <summary>
/// The asynchronous handlers of one actor: while one runs, the mailbox gives out no ordinary message. One that completes at once costs
/// nothing but the call.
/// </summary>
internal sealed class AsyncHandlers(ActorCell cell)
{
    private ActorSynchronizationContext? _context;
    private int _running;

    public bool IsAnyRunning => _running > 0;

    public void Run<TState>(Func<TState, Task> handler, TState state)
    {
        Task task;
        var outer = EnterContext();
        try
        {
            task = handler(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
        if (task.IsCompleted)
            task.GetAwaiter().GetResult();
        else
            Await(task);
    }

    /// <summary>Runs a handler on from an await.</summary>
    public void Continue(SystemMessage.Continuation continuation)
    {
        var outer = EnterContext();
        try
        {
            continuation.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>
    /// A handler has ended. Throws what it threw, unless a newer instance has taken the place of the one that it belonged to.
    /// </summary>
    public void Complete(SystemMessage.TaskCompleted completed)
    {
        _running--;
        cell.Mailbox.Resume();
        if (completed.Failure is not { } failure)
            return;
        if (completed.Incarnation == cell.Incarnation)
            ExceptionDispatchInfo.Throw(failure);
        cell.System.EventStream.Publish(new Error(
            failure, cell.Self.Path.ToString(), GetType(), $"{failure.Message} (in a handler of an instance that was replaced)"));
    }

    private void Await(Task task)
    {
        _running++;
        cell.Mailbox.Suspend();
        var incarnation = cell.Incarnation;
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(
            () => cell.Mailbox.PostSystem(new SystemMessage.TaskCompleted(incarnation, task)));
    }

    private SynchronizationContext? EnterContext()
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context ??= new ActorSynchronizationContext(cell));
        return outer;
    }
}
