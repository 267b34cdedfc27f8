using System.Net;
using System.Net.NetworkInformation;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>permit_inet_interfaces</c>: permits clients that are this machine.</summary>
internal sealed class PermitInetInterfaces : IRestriction
{
    private readonly HashSet<IPAddress> _own = [.. NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => new IPAddress(a.Address.GetAddressBytes()))];

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(_own.Contains(request.Client.Address) ? Verdict.Permit : Verdict.Dunno);
}
