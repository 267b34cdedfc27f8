namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>The headers whose presence matters.</summary>
[Flags]
internal enum SeenHeaders
{
    None = 0,
    Date = 1,
    From = 2,
    MessageId = 4,
    ResentDate = 8,
    ResentFrom = 16,
    ResentMessageId = 32,

    /// <summary>Any header whose name begins with <c>Resent-</c>.</summary>
    Resent = 64,
}
