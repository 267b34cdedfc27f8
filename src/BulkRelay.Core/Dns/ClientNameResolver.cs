using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>
/// Finds the verified name of a client: the name that its address maps to, if that name maps back to the address (as in smtpd(8),
/// <c>reject_unknown_client_hostname</c>). The hosts file is asked first.
/// </summary>
public sealed class ClientNameResolver
{
    /// <summary>The name of a client whose name is not verified.</summary>
    public const string Unknown = "unknown";

    /// <summary>The most names of one address that are tried; all are equal, and an attacker may list thousands.</summary>
    private const int MaxNames = 5;

    private readonly DnsResolver _dns;
    private readonly HostsFile _hosts;

    /// <param name="dns">Where to ask.</param>
    /// <param name="time">The clock of the hosts file's freshness.</param>
    /// <param name="hostsPath">The hosts file.</param>
    public ClientNameResolver(DnsResolver dns, TimeProvider time, string hostsPath = HostsFile.SystemPath)
    {
        _dns = dns;
        _hosts = new HostsFile(hostsPath, time);
    }

    /// <summary>
    /// What is known about the name of a client. Never throws but on cancellation: that DNS does not answer is a result too.
    /// </summary>
    public ValueTask<ClientName> ResolveAsync(IPAddress address, CancellationToken cancel)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return _hosts.NameOf(address) is { } name ? new(ClientName.Verified(name)) : new(ByDnsAsync(address, cancel));
    }

    private async Task<ClientName> ByDnsAsync(IPAddress address, CancellationToken cancel)
    {
        var type = address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.AAAA;
        var claims = await _dns.QueryAsync(ReverseName.Of(address), DnsType.PTR, cancel);
        if (claims.Status != DnsStatus.Found) return ClientName.Nameless(StatusOf(claims));
        var reverse = ClientName.Nameless(ClientNameStatus.Missing);
        foreach (var claim in claims.Records.Cast<PtrRecord>().Take(MaxNames))
        {
            if (!DnsName.IsHostName(claim.Host) || AddressLiteral.Parse(claim.Host) is not null) continue;
            var back = await _dns.QueryAsync(claim.Host, type, cancel);
            if (back.Records.Cast<AddressRecord>().Any(r => r.Address.Equals(address))) return ClientName.Verified(claim.Host);
            // Of several names that do not hold, the first one is shown.
            if (reverse.ReverseStatus != ClientNameStatus.Verified)
                reverse = new ClientName(Unknown, StatusOf(back), claim.Host, ClientNameStatus.Verified);
        }
        return reverse;
    }

    private static ClientNameStatus StatusOf(DnsAnswer answer) => answer.Status switch
    {
        DnsStatus.Found => ClientNameStatus.Forged,
        DnsStatus.Temporary => ClientNameStatus.Temporary,
        _ => ClientNameStatus.Missing,
    };
}
