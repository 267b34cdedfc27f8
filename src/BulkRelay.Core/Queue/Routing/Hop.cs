namespace BulkRelay.Core.Queue.Routing;

/// <summary>A transport and a nexthop while a route is being found, as <c>transport:nexthop</c> has them.</summary>
internal readonly record struct Hop(string Transport, string Nexthop)
{
    /// <summary>The transport whose nexthop is the text of a permanent failure.</summary>
    public const string ErrorTransport = "error";

    /// <summary>The transport whose nexthop is the text of a temporary failure.</summary>
    public const string RetryTransport = "retry";

    /// <summary>The transport that swallows mail; its nexthop is the text for the log.</summary>
    public const string DiscardTransport = "discard";

    /// <summary>True if the nexthop is a text for people, not a place.</summary>
    public bool IsText => Transport is ErrorTransport or RetryTransport;

    /// <summary>The two parts of <c>transport:nexthop</c>; either may be empty, and so may the colon be missing.</summary>
    public static Hop Split(string value)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new Hop(value.Trim(), "") : new Hop(value[..colon].Trim(), value[(colon + 1)..].Trim());
    }

    /// <summary>What an answer of <c>transport_maps</c> makes of this hop (transport(5), RESULT FORMAT).</summary>
    public Hop Apply(Hop answer, string recipientDomain)
    {
        if (answer.Transport.Length == 0) return answer.Nexthop.Length == 0 ? this : this with { Nexthop = answer.Nexthop };
        if (answer.Nexthop.Length > 0) return answer;
        return answer with { Nexthop = answer.IsText ? "Address is undeliverable" : recipientDomain };
    }

    /// <summary>The destination: for a place, case does not matter.</summary>
    public DestinationKey ToDestination() => new(Transport, IsText ? Nexthop : Nexthop.ToLowerInvariant());
}
