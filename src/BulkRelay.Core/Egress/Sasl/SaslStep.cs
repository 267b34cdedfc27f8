namespace BulkRelay.Core.Egress.Sasl;

/// <summary>What follows from a challenge: a response, or a fault that ends the exchange. Neither is for the server to begin.</summary>
internal readonly record struct SaslStep(byte[]? Response, string? Fault)
{
    public static SaslStep Send(ReadOnlySpan<byte> response) => new(response.ToArray(), null);

    public static SaslStep Stop(string fault) => new(null, fault);

    /// <summary>A challenge where the mechanism has none.</summary>
    public static SaslStep TooMany => Stop("the server asks more than the mechanism has");
}
