namespace BulkRelay.Actors.Internal;

/// <summary>
/// What actors tell each other about their lives. Overtakes ordinary messages. A link of the receiver's list, so each instance is sent
/// once.
/// </summary>
internal abstract class SystemMessage
{
    /// <summary>The one sent before; belongs to the mailbox.</summary>
    public SystemMessage? Next { get; set; }

    /// <summary>To a new child: run the constructor and <c>PreStart</c>.</summary>
    public sealed class Create : SystemMessage;

    /// <summary>Handle no ordinary messages until resumed as often.</summary>
    public sealed class Suspend : SystemMessage;

    /// <param name="forFailure">Whether it is the supervisor's decision on a failure of the receiver.</param>
    public sealed class Resume(bool forFailure) : SystemMessage
    {
        public bool ForFailure { get; } = forFailure;
    }

    /// <summary>The supervisor's decision: go on with a new instance.</summary>
    public sealed class Restart(Exception cause) : SystemMessage
    {
        public Exception Cause { get; } = cause;
    }

    /// <summary>End after the present message.</summary>
    public sealed class Terminate : SystemMessage;

    /// <summary>To the parent: a child failed and waits for a decision.</summary>
    public sealed class Failed(LocalActorRef child, Exception cause) : SystemMessage
    {
        public LocalActorRef Child { get; } = child;

        public Exception Cause { get; } = cause;
    }

    public sealed class Watch(IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watcher { get; } = watcher;
    }

    public sealed class Unwatch(IInternalActorRef watcher) : SystemMessage
    {
        public IInternalActorRef Watcher { get; } = watcher;
    }

    /// <summary>To the parent and to those who watch: the actor has ended.</summary>
    public sealed class DeathWatchNotification(IInternalActorRef actor) : SystemMessage
    {
        public IInternalActorRef Actor { get; } = actor;
    }

    /// <summary>The rest of an asynchronous handler, to be run in the actor.</summary>
    public sealed class Continuation(SendOrPostCallback callback, object? state) : SystemMessage
    {
        public void Run() => callback(state);
    }

    /// <summary>An asynchronous handler has ended.</summary>
    public sealed class TaskCompleted(int incarnation, Task task) : SystemMessage
    {
        /// <summary>The number of the instance whose handler it was.</summary>
        public int Incarnation { get; } = incarnation;

        public Exception? Failure => task.IsCompletedSuccessfully ? null
            : task.Exception?.InnerException ?? new TaskCanceledException(task);
    }
}
