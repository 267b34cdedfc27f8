namespace BulkRelay.Actors.Internal;

/// <summary>The sender of a question: takes one answer and ends. Later answers are dead letters.</summary>
internal sealed class AskRef<T>(ActorSystem system, ActorPath path) : ActorRefBase(system, path)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;

    public Task<T> Answer => _answer.Task;

    public override bool IsTerminated => _answer.Task.IsCompleted;

    /// <summary>Ends the question without an answer after that time, or when the token is cancelled. Called before it is sent.</summary>
    public void GiveUpAfter(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _timer = System.Time.CreateTimer(
            _ => GiveUp(new AskTimeoutException($"Timeout after {timeout} waiting for an answer to {this}")),
            null, timeout, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.UnsafeRegister(_ => GiveUp(new OperationCanceledException(cancellationToken)), null);
    }

    /// <summary>The question is over: whoever watches the one who asked learns it.</summary>
    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is SystemMessage.Watch { Watcher: var watcher })
            _answer.Task.ContinueWith(
                _ => watcher.SendSystemMessage(new SystemMessage.DeathWatchNotification(this)),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        StopWaiting();
        var taken = message switch
        {
            T answer => _answer.TrySetResult(answer),
            Status.Failure failure => _answer.TrySetException(failure.Cause),
            _ => _answer.TrySetException(new ArgumentException(
                $"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!taken)
            System.DeadLetterRef.Publish(message, sender, this);
    }

    private void GiveUp(Exception reason)
    {
        StopWaiting();
        if (reason is OperationCanceledException cancelled)
            _answer.TrySetCanceled(cancelled.CancellationToken);
        else
            _answer.TrySetException(reason);
    }

    /// <summary>Before the task completes, so that who awaits it finds nothing left behind.</summary>
    private void StopWaiting()
    {
        _timer?.Dispose();
        _registration.Unregister();
    }
}
