namespace BulkRelay.Core.Egress;

/// <summary>What became of an attempt to open a session: a session, or the trouble.</summary>
internal readonly record struct HandshakeResult(SmtpSession? Session, Trouble? Trouble)
{
    /// <summary>True if TLS failed where it is not required: the same address is to be tried again without.</summary>
    public bool TryInClear { get; init; }

    /// <summary>Completes when the connection of a failed handshake is closed; null if it is.</summary>
    public Task? Closing { get; init; }
}
