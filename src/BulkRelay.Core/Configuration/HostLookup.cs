namespace BulkRelay.Core.Configuration;

/// <summary>Where the addresses of a host come from (<c>smtp_host_lookup</c>): both are tried, DNS first.</summary>
[Flags]
public enum HostLookup
{
    /// <summary>A and AAAA records.</summary>
    Dns = 1,

    /// <summary>The system's own service: the hosts file and whatever else <c>nsswitch.conf</c> names.</summary>
    Native = 2,
}
