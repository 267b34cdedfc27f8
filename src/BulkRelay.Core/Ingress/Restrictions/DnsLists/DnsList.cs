using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>
/// A list that is kept in DNS (RFC 5782): <c>domain</c>, or <c>domain=d.d.d.d</c> where only some of its answers count. A list that does
/// not answer says nothing, and the operator is warned once in a session.
/// </summary>
/// <param name="Key">The list as the restriction names it, pattern included.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Filter">The answers that count; null for all.</param>
internal sealed record DnsList(string Key, string Domain, OctetPattern? Filter)
{
    private const int MaxText = 500;

    /// <summary>Reads the argument of a restriction. Null if it is no list; the fault then says why.</summary>
    public static DnsList? Parse(string text, out string? fault)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var domain = equals < 0 ? text : text[..equals];
        var filter = equals < 0 ? null : OctetPattern.Parse(text[(equals + 1)..]);
        fault = !DnsName.TryNormalize(domain, out var name) || !DnsName.IsHostName(name) ? "need the domain of a DNS list"
            : equals >= 0 && filter is null ? "use domain=d.d.d.d, where each d is a number or [number;number..number]" : null;
        return fault is null ? new DnsList(text, domain, filter) : null;
    }

    /// <summary>Asks for a client's address.</summary>
    public ValueTask<DnsListing> FindAsync(AccessRequest request, IPAddress address, CancellationToken cancel) =>
        AskAsync(request, ReverseName.Under(address, Domain), cancel);

    /// <summary>
    /// Asks for a domain name. A name whose last label is a number is not asked for: lists of domains do not want to be asked for
    /// addresses.
    /// </summary>
    public ValueTask<DnsListing> FindAsync(AccessRequest request, string name, CancellationToken cancel)
    {
        var last = name.AsSpan(name.LastIndexOf('.') + 1);
        return last.IsEmpty || !last.ContainsAnyExceptInRange('0', '9') || name.StartsWith('[') ? new(DnsListing.No)
            : AskAsync(request, $"{name}.{Domain}", cancel);
    }

    private async ValueTask<DnsListing> AskAsync(AccessRequest request, string query, CancellationToken cancel)
    {
        var isNews = !request.Dns.Knows(query, DnsType.A);
        var answer = await request.Dns.QueryAsync(query, DnsType.A, cancel);
        if (answer.Status == DnsStatus.Temporary)
        {
            if (isNews) request.Log.Warning($"{query}: RBL lookup error: {answer.Reason}");
            return DnsListing.Unavailable;
        }
        var isListed = answer.Records.Cast<AddressRecord>().Any(r => Filter is null || Filter.Matches(r.Address));
        return isListed ? new DnsListing(true, false, await TextAsync(request, query, cancel)) : DnsListing.No;
    }

    /// <summary>What the list has to say about what it lists; empty if nothing.</summary>
    private static async ValueTask<string> TextAsync(AccessRequest request, string query, CancellationToken cancel)
    {
        var isNews = !request.Dns.Knows(query, DnsType.TXT);
        var answer = await request.Dns.QueryAsync(query, DnsType.TXT, cancel);
        if (answer.Status == DnsStatus.Temporary && isNews) request.Log.Warning($"{query}: TXT lookup error: {answer.Reason}");
        var text = string.Join(" / ", answer.Records.Cast<TxtRecord>().Select(r => r.Text));
        return Clean(text.Length <= MaxText ? text : text[..MaxText]);
    }

    private static string Clean(string text) => string.Create(text.Length, text, static (clean, raw) =>
    {
        for (var i = 0; i < raw.Length; i++) clean[i] = raw[i] is >= ' ' and <= '~' ? raw[i] : ' ';
    });
}
