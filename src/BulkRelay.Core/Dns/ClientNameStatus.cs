namespace BulkRelay.Core.Dns;

/// <summary>How the look-up of a client's name ended.</summary>
public enum ClientNameStatus
{
    /// <summary>There is a name.</summary>
    Verified,

    /// <summary>Nobody could tell for now.</summary>
    Temporary,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>There is one, but it does not lead back to the address.</summary>
    Forged,
}
