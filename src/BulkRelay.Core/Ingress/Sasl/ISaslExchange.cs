namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>One attempt to sign in. Serves one client and is thrown away: an attempt that failed leaves nothing behind.</summary>
internal interface ISaslExchange : IAsyncDisposable
{
    /// <summary>Takes the client's message and says what comes of it.</summary>
    /// <param name="message">The message, decoded; null if the client has said nothing yet. It is wiped afterwards.</param>
    /// <param name="cancel">Ends the wait when the client is gone.</param>
    ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? message, CancellationToken cancel);
}
