namespace BulkRelay.Core.Egress.Dns;

/// <summary>An asynchronous stub resolver with a cache: asks the configured name servers by UDP and, where an answer is too long, by TCP.</summary>
public sealed class DnsResolver : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
