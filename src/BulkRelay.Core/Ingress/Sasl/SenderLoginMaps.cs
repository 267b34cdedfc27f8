using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Who may send as whom (<c>smtpd_sender_login_maps</c>). The tables are asked for the address, the address without extension, the local
/// part if the domain is of this host, and <c>@domain</c>; what they answer is a list of users.
/// </summary>
internal sealed class SenderLoginMaps(RestrictionSetup setup)
{
    private readonly LookupTableList _maps = setup.Tables(SaslServerParameters.SenderLoginMaps);
    private readonly AddressExtension _extension = new(setup.Snapshot);
    private readonly string _origin = setup.Snapshot.Get(RoutingParameters.MyOrigin);

    /// <summary>True if there are none.</summary>
    public bool IsEmpty => _maps.IsEmpty;

    /// <summary>The users who own an address, as the table lists them.</summary>
    public async ValueTask<LookupResult> OwnersAsync(string sender, CancellationToken cancel)
    {
        var at = sender.LastIndexOf('@');
        var found = await WholeOrWithoutExtensionAsync(sender, cancel);
        if (found.IsFound || found.IsFailure || at < 0) return found;
        var domain = sender[(at + 1)..];
        var mine = await setup.MyDestination.MatchAsync(domain, cancel);
        if (mine.Failure is { } failure) return LookupResult.Unavailable(failure);
        if (mine.IsMatch || domain.Equals(_origin, StringComparison.OrdinalIgnoreCase))
            found = await WholeOrWithoutExtensionAsync(sender[..at], cancel, isPart: true);
        return found.IsFound || found.IsFailure ? found : await _maps.LookupAsync(sender[at..], isPart: true, cancel);
    }

    /// <summary>Whether a list of users names this one.</summary>
    public static bool Names(string owners, string login) =>
        owners.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Contains(login, StringComparer.OrdinalIgnoreCase);

    private async ValueTask<LookupResult> WholeOrWithoutExtensionAsync(string address, CancellationToken cancel, bool isPart = false)
    {
        var found = await _maps.LookupAsync(address, isPart, cancel);
        if (found.IsFound || found.IsFailure || _extension.Strip(address) is not { } plain) return found;
        return await _maps.LookupAsync(plain, isPart: true, cancel);
    }
}
