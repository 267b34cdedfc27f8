namespace BulkRelay.Core.Configuration;

/// <summary>Where senders stand.</summary>
[Flags]
public enum SenderClasses
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In the envelope.</summary>
    Envelope = 1,

    /// <summary>In headers such as From: and Reply-To:.</summary>
    Header = 2,
}
