namespace BulkRelay.Core.Configuration;

/// <summary>How well a connection keeps what is sent over it from others. Each is more than the one before.</summary>
public enum LinkProtection
{
    /// <summary>Anybody on the way can read it.</summary>
    None,

    /// <summary>Encrypted, but to whom is not known: who poses as the server can read it.</summary>
    Encrypted,

    /// <summary>Encrypted, to the server that is meant: its certificate was checked, and is for it.</summary>
    Verified,
}
