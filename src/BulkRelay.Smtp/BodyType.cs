namespace BulkRelay.Smtp;

/// <summary>The BODY parameter of MAIL (RFC 6152).</summary>
public enum BodyType
{
    /// <summary>Not given.</summary>
    Unspecified,

    /// <summary><c>BODY=7BIT</c>.</summary>
    SevenBit,

    /// <summary><c>BODY=8BITMIME</c>.</summary>
    EightBitMime,
}
