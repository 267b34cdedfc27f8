using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// Finds the login for a mail and a server, in Postfix's order: by the sender if that is wanted (its address, the address without extension,
/// the local part of own domains, <c>@domain</c>), by the server's name, by the nexthop as it is written. The tables are asked each time, so
/// a changed password counts at once.
/// </summary>
internal sealed class SaslLogins(SaslClientParameters parameters, ConfigSnapshot config, LookupTableSet tables)
{
    private readonly string _parameter = parameters.PasswordMaps.Name;
    private readonly LookupTableList _maps = new(parameters.PasswordMaps.Name, config.Get(parameters.PasswordMaps), tables);
    private readonly bool _bySender = config.Get(parameters.SenderDependent);
    private readonly AddressExtension _extension = new(config);
    private readonly string _origin = config.Get(RoutingParameters.MyOrigin);
    private readonly DomainMatchList? _localDomains = config.Get(parameters.SenderDependent)
        ? DomainMatchList.Parse(RoutingParameters.MyDestination.Name, config.Get(RoutingParameters.MyDestination), tables, parentsMatch: false)
        : null;

    /// <summary>The login to use.</summary>
    /// <param name="sender">The envelope sender; empty for the null sender.</param>
    /// <param name="host">The server's name.</param>
    /// <param name="nexthop">The nexthop as the configuration has it: <c>[mail.example.com]:587</c>.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public async ValueTask<SaslLookup> FindAsync(string sender, string host, string nexthop, CancellationToken cancel)
    {
        var found = _bySender && sender.Length > 0 ? await FindSenderAsync(sender, cancel) : LookupResult.NotFound;
        var isOfServer = false;
        if (found is { IsFound: false, IsFailure: false })
        {
            isOfServer = true;
            found = await _maps.LookupAsync(host, isPart: false, cancel);
            if (found is { IsFound: false, IsFailure: false }) found = await _maps.LookupAsync(nexthop, isPart: false, cancel);
        }
        if (found.Failure is { } failure) return new SaslLookup(null, isOfServer, failure);
        if (found.Value is not { } value) return SaslLookup.None;
        return SaslLogin.TryParse(value) is { } login
            ? new SaslLookup(login, isOfServer, null)
            : new SaslLookup(null, isOfServer, $"{_parameter}: an entry is not of the form user:password");
    }

    private async ValueTask<LookupResult> FindSenderAsync(string sender, CancellationToken cancel)
    {
        var found = await _maps.LookupAsync(sender, isPart: false, cancel);
        if (found.IsFound || found.IsFailure) return found;
        if (_extension.Strip(sender) is { } plain)
        {
            found = await _maps.LookupAsync(plain, isPart: true, cancel);
            if (found.IsFound || found.IsFailure) return found;
        }
        var at = sender.LastIndexOf('@');
        if (at < 0) return found;
        var local = await IsLocalAsync(sender[(at + 1)..], cancel);
        if (local.Failure is { } failure) return LookupResult.Unavailable(failure);
        if (local.IsMatch) found = await _maps.LookupAsync(sender[..at], isPart: true, cancel);
        return found.IsFound || found.IsFailure ? found : await _maps.LookupAsync(sender[at..], isPart: true, cancel);
    }

    private ValueTask<MatchResult> IsLocalAsync(string domain, CancellationToken cancel) =>
        domain.Equals(_origin, StringComparison.OrdinalIgnoreCase) ? new(MatchResult.Yes) : _localDomains!.MatchAsync(domain, cancel);
}
