using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>How an exchange with a server ended: with its last reply, or before, through what it said.</summary>
/// <param name="Reply">The reply that ended it; null if the client did.</param>
/// <param name="Text">The reply's text, or what was wrong; secrets that the server gave back are masked.</param>
internal readonly record struct SaslResult(ReceivedReply? Reply, string Text)
{
    public bool IsSuccess => Reply is { Class: 2 };
}
