namespace BulkRelay.Core.Configuration;

/// <summary>Which family is tried first among addresses of equal MX preference (<c>smtp_address_preference</c>).</summary>
public enum AddressPreference
{
    /// <summary>In random order.</summary>
    Any,

    /// <summary>IPv4 first.</summary>
    Ipv4,

    /// <summary>IPv6 first.</summary>
    Ipv6,
}
