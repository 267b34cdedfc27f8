using System.Net;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Restrictions;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Access;

/// <summary>
/// A lookup table that says who may do what (access(5)): the order in which it is asked for addresses, domains and networks. Tables of
/// patterns are asked for the whole thing only.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="rules">How its values are carried out, and how names are taken apart.</param>
internal sealed class AccessTable(ILookupTable table, AccessTableRules rules)
{
    /// <summary>The verdict of a restriction that must not permit, because the client chooses what is looked at: OK is a fault there.</summary>
    public static Verdict WithoutPermit(string restriction, string name, in Verdict verdict, AccessRequest request)
    {
        if (!verdict.IsPermit || request.Actions.IsDiscarded) return verdict;
        request.Log.Warning($"restriction {restriction} returns OK for {name}");
        request.Log.Warning($"this is not allowed for security reasons");
        return Verdict.Misconfigured("use DUNNO instead of OK if you want to make an exception");
    }

    /// <summary>Asks for one key, whatever it is.</summary>
    public async ValueTask<Verdict?> FindAsync(AccessRequest request, string key, AccessTarget target, CancellationToken cancel) =>
        await AskAsync(request, key, isPart: false, target, cancel);

    /// <summary>Asks for the null sender.</summary>
    public ValueTask<Verdict?> FindNullSenderAsync(AccessRequest request, AccessTarget target, CancellationToken cancel) =>
        FindAsync(request, rules.NullSenderKey, target, cancel);

    /// <summary>Asks for a host name and its parent domains, up to the top level; for an address as a name only as it is.</summary>
    public async ValueTask<Verdict?> FindDomainAsync(AccessRequest request, string name, AccessTarget target, CancellationToken cancel)
    {
        if (name.Length == 0) return null;
        if (await AskAsync(request, name, isPart: false, target, cancel) is { } verdict) return verdict;
        return IPAddress.TryParse(name, out _) ? null : await FindParentsAsync(request, name, target, cancel);
    }

    /// <summary>Asks for an address and the networks around it, cut off at each dot, or at each colon of IPv6.</summary>
    public async ValueTask<Verdict?> FindNetworkAsync(AccessRequest request, string address, AccessTarget target, CancellationToken cancel)
    {
        var separator = address.Contains(':', StringComparison.Ordinal) ? ':' : '.';
        for (var (key, isPart) = (address, false); key.Length > 0; isPart = true)
        {
            if (await AskAsync(request, key, isPart, target, cancel) is { } verdict) return verdict;
            var end = key.LastIndexOf(separator);
            if (end <= 0 || table.MatchesPatterns) return null;
            key = key[..end];
        }
        return null;
    }

    /// <summary>Asks for a client: its name and domains first, then its address and networks.</summary>
    public async ValueTask<Verdict?> FindHostAsync(
        AccessRequest request, string name, string address, AccessTarget target, CancellationToken cancel) =>
        await FindDomainAsync(request, name, target, cancel) ?? await FindNetworkAsync(request, address, target, cancel);

    /// <summary>
    /// Asks for a mail address: the whole, without its extension, its domain and parent domains, and its local part with <c>@</c>, with and
    /// without the extension.
    /// </summary>
    public async ValueTask<Verdict?> FindMailAsync(AccessRequest request, EmailAddress address, AccessTarget target, CancellationToken cancel)
    {
        var whole = address.ToUnquoted().ToLowerInvariant();
        if (await AskAsync(request, whole, isPart: false, target, cancel) is { } verdict) return verdict;
        if (table.MatchesPatterns) return null;
        var plain = rules.Extension.Strip(whole);
        var at = whole.LastIndexOf('@');
        return (plain is null ? null : await AskAsync(request, plain, isPart: true, target, cancel))
            ?? await AskAsync(request, whole[(at + 1)..], isPart: true, target, cancel)
            ?? await FindParentsAsync(request, whole[(at + 1)..], target, cancel)
            ?? await AskAsync(request, whole[..(at + 1)], isPart: true, target, cancel)
            ?? (plain is null ? null : await AskAsync(request, plain[..(plain.LastIndexOf('@') + 1)], isPart: true, target, cancel));
    }

    private async ValueTask<Verdict?> FindParentsAsync(AccessRequest request, string name, AccessTarget target, CancellationToken cancel)
    {
        if (table.MatchesPatterns || name is ['[', ..]) return null;
        for (var dot = name.IndexOf('.', 1); dot > 0; dot = name.IndexOf('.', dot + 1))
        {
            var parent = rules.ParentsMatch ? name[(dot + 1)..] : name[dot..];
            if (parent.Length == 0) return null;
            if (await AskAsync(request, parent, isPart: true, target, cancel) is { } verdict) return verdict;
        }
        return null;
    }

    private async ValueTask<Verdict?> AskAsync(AccessRequest request, string key, bool isPart, AccessTarget target, CancellationToken cancel)
    {
        if (isPart && table.MatchesPatterns) return null;
        var found = await table.LookupAsync(key, cancel);
        if (found.Value is { } value) return await rules.ApplyAsync(new AccessMatch(request, table.Name, key, target, value), cancel);
        if (!found.IsFailure) return null;
        request.Log.Warning($"{table.Name}: {found.Failure}");
        return Verdict.Refuse(RestrictionSetup.Reply(451, "4.3.5", $"{target} rejected: Server configuration error"));
    }
}
