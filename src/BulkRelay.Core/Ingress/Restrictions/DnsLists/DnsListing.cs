namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>What a DNS list answered.</summary>
/// <param name="IsListed">True if it has what was asked for.</param>
/// <param name="IsUnavailable">True if it did not answer.</param>
/// <param name="Text">What it says about that, printable ASCII, bounded; may be empty.</param>
internal readonly record struct DnsListing(bool IsListed, bool IsUnavailable, string Text)
{
    /// <summary>Not listed.</summary>
    public static DnsListing No => new(false, false, "");

    /// <summary>Nobody could tell.</summary>
    public static DnsListing Unavailable => new(false, true, "");
}
