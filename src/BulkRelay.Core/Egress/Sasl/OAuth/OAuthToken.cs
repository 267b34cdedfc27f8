namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>An access token. It is in memory only, and in no text.</summary>
/// <param name="value">What is sent.</param>
/// <param name="obtainedAt">When it was asked for: a timestamp of the time provider.</param>
/// <param name="lifetime">How long it is good for, from then.</param>
internal sealed class OAuthToken(string value, long obtainedAt, TimeSpan lifetime)
{
    private volatile bool _wasAccepted;

    public string Value { get; } = value;

    public long ObtainedAt { get; } = obtainedAt;

    public TimeSpan Lifetime { get; } = lifetime;

    /// <summary>True once a server has taken it: when one refuses it after that, it has come to its end.</summary>
    public bool WasAccepted
    {
        get => _wasAccepted;
        set => _wasAccepted = value;
    }
}
