using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>permit_mx_backup</c>: permits recipients that anyone may send to, and those of domains for which this relay is a mail host, but not
/// one of the best. With <c>permit_mx_backup_networks</c> the best ones must be in these networks: without it, whoever names this relay in
/// its DNS zone may have its mail taken here.
/// </summary>
internal sealed class PermitMxBackup : IRestriction
{
    private const int TemporaryCode = 450;

    /// <summary>The most mail hosts that are looked up, however many a zone lists.</summary>
    private const int MaxHosts = 50;

    private readonly RestrictionSetup _setup;
    private readonly OwnAddresses _own;
    private readonly AddressMatchList? _networks;

    public PermitMxBackup(RestrictionSetup setup)
    {
        _setup = setup;
        _own = new OwnAddresses(setup.Snapshot);
        var networks = setup.Snapshot.Get(CheckParameters.PermitMxBackupNetworks);
        if (networks.Length > 0) _networks = setup.Addresses(CheckParameters.PermitMxBackupNetworks.Name, networks);
    }

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is not { } recipient) return Verdict.Dunno;
        var match = await AuthDestination.MatchAsync(_setup, request, cancel);
        if (match.Failure is { } failure) return Verdict.Unavailable(failure, AccessTarget.Recipient(request).Name);
        if (match.IsMatch) return Verdict.Permit;
        if (recipient.HasSenderRoute || recipient.Domain is [] or ['[', ..]) return Verdict.Dunno;
        var answer = await request.Dns.QueryAsync(recipient.Domain.ToString(), DnsType.MX, cancel);
        if (answer.Status == DnsStatus.Temporary)
            return PutOff(request, "Unable to look up mail exchanger information: Host not found, try again");
        var usable = answer.Records.Cast<MxRecord>().Where(r => DnsName.IsHostName(r.Exchange));
        var hosts = usable.OrderBy(r => r.Preference).Take(MaxHosts).ToList();
        return hosts.Count > 0 ? await JudgeAsync(request, hosts, cancel) : Verdict.Dunno;
    }

    private async ValueTask<Verdict> JudgeAsync(AccessRequest request, List<MxRecord> hosts, CancellationToken cancel)
    {
        var isBackup = false;
        foreach (var host in hosts)
        {
            var answer = await request.Dns.QueryAnyAsync(host.Exchange, request.Dns.AddressTypes, cancel);
            if (answer.Status == DnsStatus.Temporary)
                return PutOff(request, $"Unable to look up host {host.Exchange} as mail exchanger: {answer.Reason}");
            var addresses = answer.Records.OfType<AddressRecord>().ToList();
            var isOwn = _own.IsName(host.Exchange) || addresses.Exists(a => _own.Has(a.Address));
            if (host.Preference > hosts[0].Preference) isBackup |= isOwn;
            else if (isOwn) return Verdict.Dunno;
            else if (_networks is not null && !await AreTrustedAsync(request, host.Exchange, addresses, cancel)) return Verdict.Dunno;
        }
        return isBackup ? Verdict.Permit : Verdict.Dunno;
    }

    private async ValueTask<bool> AreTrustedAsync(
        AccessRequest request, string host, List<AddressRecord> addresses, CancellationToken cancel)
    {
        foreach (var record in addresses)
        {
            var match = await _networks!.MatchAsync(host, record.Address, cancel);
            if (match.Failure is { } failure) request.Log.Warning($"{CheckParameters.PermitMxBackupNetworks.Name}: {failure}");
            if (!match.IsMatch) return false;
        }
        return addresses.Count > 0;
    }

    private static Verdict PutOff(AccessRequest request, string why) =>
        Verdict.DeferIfReject(RestrictionSetup.Reply(TemporaryCode, "4.4.4", $"{AccessTarget.Recipient(request)} rejected: {why}"));
}
