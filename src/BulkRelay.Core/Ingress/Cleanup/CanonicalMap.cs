using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Tables that give addresses another form (canonical(5)): asked for <c>user@domain</c>, for <c>user</c> if the domain is one of our own,
/// and for <c>@domain</c>, each first with the address extension and then without. The answer is looked up again, until nothing changes.
/// </summary>
internal sealed class CanonicalMap(Parameter<string> parameter, ConfigSnapshot config, LookupTableSet tables)
{
    /// <summary>Tables that lead in circles end here.</summary>
    private const int MaxRounds = 100;

    private readonly LookupTableList _maps = new(parameter.Name, config.Get(parameter), tables);
    private readonly AddressExtension _extension = new(config);
    private readonly bool _keepsExtension = config.Get(CleanupParameters.PropagateUnmatchedExtensions).Contains("canonical", StringComparer.OrdinalIgnoreCase);
    private readonly string _origin = config.Get(RoutingParameters.MyOrigin);
    private readonly DomainMatchList _ownDomains =
        DomainMatchList.Parse(RoutingParameters.MyDestination.Name, config.Get(RoutingParameters.MyDestination), tables, parentsMatch: false);

    /// <summary>True if there are no tables.</summary>
    public bool IsEmpty => _maps.IsEmpty;

    /// <summary>The form that the tables give an address; nothing if they leave it as it is.</summary>
    public async ValueTask<LookupResult> ApplyAsync(EmailAddress address, CancellationToken cancel)
    {
        var current = address;
        for (var round = 0; round < MaxRounds && !current.Domain.IsEmpty; round++)
        {
            var found = await LookupAsync(current, cancel);
            if (found.IsFailure) return found;
            if (found.Value is not { } value) break;
            if (Read(value, current) is not { } next) return LookupResult.Unavailable($"{parameter.Name}: '{value}' for {current} is no address");
            if (next.Text.Equals(current.Text, StringComparison.OrdinalIgnoreCase)) break;
            current = next;
        }
        return current == address ? LookupResult.NotFound : LookupResult.Found(current.Text);
    }

    /// <summary>What an answer means: an address, a user of ours, or <c>@domain</c> for the same user there.</summary>
    private EmailAddress? Read(string value, EmailAddress of)
    {
        var text = value.Trim().StartsWith('@') ? $"{of.LocalPart}{value.Trim()}" : value.Trim();
        if (!EmailAddress.TryParse(text, out var address) || address.IsNull) return null;
        return address.Domain.IsEmpty ? address.WithDomain(_origin) : address;
    }

    private async ValueTask<LookupResult> LookupAsync(EmailAddress address, CancellationToken cancel)
    {
        var (text, plain) = (address.ToUnquoted(), _extension.Strip(address.ToUnquoted()));
        var found = await _maps.LookupAsync(text, isPart: false, cancel);
        if (found.IsFound || found.IsFailure) return found;
        if (plain is not null) found = WithExtension(await _maps.LookupAsync(plain, isPart: true, cancel), text, plain);
        if (found.IsFound || found.IsFailure) return found;
        var domain = address.Domain.ToString();
        var own = domain.Equals(_origin, StringComparison.OrdinalIgnoreCase) ? MatchResult.Yes : await _ownDomains.MatchAsync(domain, cancel);
        if (own.Failure is { } failure) return LookupResult.Unavailable(failure);
        if (own.IsMatch)
        {
            found = await _maps.LookupAsync(UserOf(text), isPart: true, cancel);
            if (plain is not null && found is { IsFound: false, IsFailure: false })
                found = WithExtension(await _maps.LookupAsync(UserOf(plain), isPart: true, cancel), text, plain);
            if (found.IsFound || found.IsFailure) return found;
        }
        return await _maps.LookupAsync("@" + domain, isPart: true, cancel);
    }

    /// <summary>Puts the extension that was not looked up for behind the user of the answer.</summary>
    private LookupResult WithExtension(LookupResult found, string text, string plain)
    {
        if (!_keepsExtension || found.Value is not { } value || value.Trim().StartsWith('@')) return found;
        var extension = UserOf(text)[UserOf(plain).Length..];
        var at = value.LastIndexOf('@');
        return LookupResult.Found(at < 0 ? value + extension : value.Insert(at, extension));
    }

    private static string UserOf(string address) => address[..address.LastIndexOf('@')];
}
