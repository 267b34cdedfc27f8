namespace BulkRelay.Actors;

/// <summary>Sends the outcome of work outside of actors into an actor.</summary>
public static class PipeToSupport
{
    /// <summary>
    /// Tells the recipient the result, once there is one; or, if the task fails or is cancelled, a <see cref="Status.Failure"/>.
    /// Returns at once with a task that completes when it has told.
    /// </summary>
    /// <param name="taskToPipe">The work.</param>
    /// <param name="recipient">Mostly <c>Self</c>.</param>
    /// <param name="sender">The sender of that message.</param>
    /// <param name="success">Makes the message from the result.</param>
    /// <param name="failure">Makes the message from the exception.</param>
    public static async Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<T, object>? success = null, Func<Exception, object>? failure = null)
    {
        try
        {
            var result = await taskToPipe.ConfigureAwait(false);
            recipient.Tell(success is null ? result! : success(result), sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is null ? new Status.Failure(e) : failure(e), sender);
        }
    }

    /// <summary>
    /// As the other overload, for work without a result: without <paramref name="success"/>, nothing is told when it succeeds.
    /// </summary>
    public static async Task PipeTo(
        this Task taskToPipe, ICanTell recipient, IActorRef? sender = null,
        Func<object>? success = null, Func<Exception, object>? failure = null)
    {
        try
        {
            await taskToPipe.ConfigureAwait(false);
            if (success is not null)
                recipient.Tell(success(), sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is null ? new Status.Failure(e) : failure(e), sender);
        }
    }
}
