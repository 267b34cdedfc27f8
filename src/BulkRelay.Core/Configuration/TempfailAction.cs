namespace BulkRelay.Core.Configuration;

/// <summary>What becomes of a request when a check could not find out what it had to.</summary>
public enum TempfailAction
{
    /// <summary>It is refused for now unless something else refuses it for good.</summary>
    DeferIfPermit,

    /// <summary>It is refused for now at once.</summary>
    Defer,
}
