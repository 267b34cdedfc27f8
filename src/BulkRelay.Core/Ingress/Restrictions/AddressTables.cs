using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// Tables of the addresses that exist. They are asked for <c>user@domain</c>, for <c>user</c> if the domain is one of our own, and for
/// <c>@domain</c>, the first two with the address extension and then without; what they answer does not matter.
/// </summary>
internal sealed class AddressTables(LookupTableList tables, ConfigSnapshot snapshot)
{
    private readonly AddressExtension _extension = new(snapshot);
    private readonly string _origin = snapshot.Get(RoutingParameters.MyOrigin);

    /// <summary>True if there are no tables.</summary>
    public bool IsEmpty => tables.IsEmpty;

    /// <summary>Whether the address is in one of them.</summary>
    public async ValueTask<MatchResult> HasAsync(EmailAddress address, AddressClass kind, CancellationToken cancel)
    {
        var (text, domain) = (address.ToUnquoted(), address.Domain.ToString());
        var user = text[..^(domain.Length + 1)];
        var (plain, plainUser) = (_extension.Strip(text), _extension.Strip(user));
        var isOwn = kind == AddressClass.Local || domain.Equals(_origin, StringComparison.OrdinalIgnoreCase);
        var found = await tables.LookupAsync(text, isPart: false, cancel);
        if (plain is not null) found = await OrAsync(found, plain, cancel);
        if (isOwn) found = await OrAsync(found, user, cancel);
        if (isOwn && plainUser is not null) found = await OrAsync(found, plainUser, cancel);
        found = await OrAsync(found, $"@{domain}", cancel);
        return found.IsFailure ? MatchResult.Unavailable(found.Failure!) : found.IsFound ? MatchResult.Yes : MatchResult.No;
    }

    private ValueTask<LookupResult> OrAsync(LookupResult found, string key, CancellationToken cancel) =>
        found.IsFound || found.IsFailure ? new(found) : tables.LookupAsync(key, isPart: true, cancel);
}
