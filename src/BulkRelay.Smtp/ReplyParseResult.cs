namespace BulkRelay.Smtp;

/// <summary>What <see cref="ReplyParser.Parse"/> made of its input.</summary>
public enum ReplyParseResult
{
    /// <summary>The reply is not complete: call again with what was not consumed and more octets.</summary>
    Incomplete,

    /// <summary>A reply was read; octets behind it were not consumed.</summary>
    Complete,

    /// <summary>This is no SMTP reply. What else comes on this connection means nothing: close it.</summary>
    Malformed,
}
