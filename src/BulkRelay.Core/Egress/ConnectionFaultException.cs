namespace BulkRelay.Core.Egress;

/// <summary>
/// The connection is of no more use. Thrown by <see cref="SmtpConnection"/>, and turned into an outcome where the stage is known.
/// </summary>
internal sealed class ConnectionFaultException(ConnectionFault fault, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public ConnectionFault Fault { get; } = fault;

    /// <summary>What an operator can act on; null if it is not known.</summary>
    public string? Cause { get; init; }
}
