namespace BulkRelay.Core.Egress;

/// <summary>What ended a connection before its time.</summary>
internal enum ConnectionFault
{
    /// <summary>The peer closed or reset it, or the network did.</summary>
    Lost,

    /// <summary>The peer took too long to answer, or to take what was sent.</summary>
    TimedOut,

    /// <summary>What the peer sent is not SMTP, or came without being asked for.</summary>
    Protocol,

    /// <summary>TLS could not be started.</summary>
    Tls,
}
