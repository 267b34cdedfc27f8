namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// The client's side of one authentication (RFC 4422 section 3): what it says to which challenge. Each takes a fixed number of challenges and
/// has a fault for the next, so a server cannot keep it going.
/// </summary>
internal abstract class SaslExchange
{
    /// <summary>What the client says first, of itself; null if the server begins.</summary>
    public virtual byte[]? Initial => null;

    /// <summary>Why the server did not like it, as far as the mechanism has a place for that: the server's own words, unfiltered.</summary>
    public virtual string Explanation => "";

    /// <summary>The answer to a challenge, or what is wrong with the challenge.</summary>
    public abstract SaslStep Respond(ReadOnlySpan<byte> challenge);

    /// <summary>Null if a success of which the server speaks is to be believed; otherwise why it is not.</summary>
    public virtual string? CheckSuccess() => null;
}
