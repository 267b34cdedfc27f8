using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Questions: a message that one answer is awaited to.</summary>
public static class Futures
{
    /// <summary>
    /// Sends a message whose <c>Sender</c> is a temporary reference, and completes with the first answer told to it. Inside an actor,
    /// prefer to tell and to handle the answer as a message, or pipe the task to <c>Self</c>.
    /// </summary>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null for ever.</param>
    /// <exception cref="AskTimeoutException">No answer came in time. (In the task, as all of these.)</exception>
    /// <exception cref="ArgumentException">The answer is of another type.</exception>
    /// <exception cref="Exception">The answer is a <see cref="Status.Failure"/>: its cause.</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    /// <inheritdoc cref="Ask{T}(ICanTell, object, TimeSpan?)"/>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <inheritdoc cref="Ask{T}(ICanTell, object, TimeSpan?)"/>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (self is not IInternalActorRef { System: { } system })
            throw new ArgumentException($"Unable to resolve the target Provider: {self} belongs to no actor system.", nameof(self));
        var question = new AskRef<T>(system, system.TemporaryPath());
        if (cancellationToken.CanBeCanceled || (timeout is not null && timeout != Timeout.InfiniteTimeSpan))
            question.GiveUpAfter(timeout ?? Timeout.InfiniteTimeSpan, cancellationToken);
        self.Tell(message, question);
        return question.Answer;
    }
}
