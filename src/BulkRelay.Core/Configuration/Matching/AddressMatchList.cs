using System.Buffers;
using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// A list of hosts and networks in the syntax of <c>mynetworks</c>: addresses, networks, <c>[IPv6]/n</c>, host names, <c>/file</c>,
/// <c>type:table</c>, each with <c>!</c> to exclude. The first element that matches decides. Immutable and compiled once; safe for many threads.
/// </summary>
public sealed class AddressMatchList
{
    private static readonly SearchValues<char> DigitsAndDots = SearchValues.Create("0123456789.");

    private readonly List<MatchGroup> _groups = [];

    private AddressMatchList()
    {
    }

    /// <summary>Compiles a list. Faults go to <paramref name="tables"/> and name the parameter, and the file where there is one.</summary>
    /// <param name="parameter">The parameter that the list is the value of.</param>
    /// <param name="list">The value.</param>
    /// <param name="tables">Opens the tables of the list.</param>
    /// <param name="parentsMatch">Whether a host name stands for its sub-domains (<c>parent_domain_matches_subdomains</c> names the parameter).</param>
    public static AddressMatchList Parse(string parameter, string list, LookupTableSet tables, bool parentsMatch = false)
    {
        var result = new AddressMatchList();
        var reader = new MatchListReader(parameter, tables);
        foreach (var item in reader.Read(list))
        {
            if (item.Table is null && LooksNumeric(item.Pattern)) result.AddNetwork(item, reader, parentsMatch);
            else
            {
                var group = MatchGroup.For(result._groups, item.IsExclusion, item.Table, parentsMatch);
                if (item.Table is null) group.Names.Add(item.Pattern);
            }
        }
        return result;
    }

    /// <summary>Decides whether a host is in the list.</summary>
    /// <param name="hostName">The verified name of the host, or <c>unknown</c>.</param>
    /// <param name="address">Its address. An IPv4 address in IPv6 form counts as IPv4; a scope is ignored.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public async ValueTask<MatchResult> MatchAsync(string hostName, IPAddress address, CancellationToken cancel)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (!CidrPattern.ToNumber(address, out var number, out var isIPv6)) return MatchResult.No;
        foreach (var group in _groups)
        {
            var found = group.Table is null
                ? group.Names.Contains(hostName) || group.Networks.Contains(number, isIPv6) ? MatchResult.Yes : MatchResult.No
                : await AskAsync(group, hostName, address, cancel);
            if (found.Failure is not null) return found;
            if (found.IsMatch) return group.IsExclusion ? MatchResult.No : found;
        }
        return MatchResult.No;
    }

    private static async ValueTask<MatchResult> AskAsync(MatchGroup group, string hostName, IPAddress address, CancellationToken cancel)
    {
        var byName = await group.AskTableAsync(hostName, withParents: true, cancel);
        if (byName.IsMatch || byName.Failure is not null) return byName;
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 }) address = new IPAddress(address.GetAddressBytes());
        return await group.AskTableAsync(address.ToString(), withParents: false, cancel);
    }

    private void AddNetwork(MatchListItem item, MatchListReader reader, bool parentsMatch)
    {
        var isValid = CidrPattern.TryParse(item.Pattern, out var network, out var fault);
        // The network of everyone is the default value: nobody means it who writes a host's address.
        var isUsable = isValid || network != default;
        if (isUsable && !isValid) reader.Warn(item, $"{fault}: the network is used");
        var table = isUsable ? null : reader.Refuse(item.Pattern, item.File, item.Line, fault);
        var group = MatchGroup.For(_groups, item.IsExclusion, table, parentsMatch);
        if (isUsable) group.Networks.Add(network);
    }

    /// <summary>True for what can only be meant as an address or network, so that a slip in it is a fault and not a strange host name.</summary>
    private static bool LooksNumeric(string pattern) =>
        pattern[0] == '[' || pattern.Contains('/', StringComparison.Ordinal) || !pattern.AsSpan().ContainsAnyExcept(DigitsAndDots);
}
