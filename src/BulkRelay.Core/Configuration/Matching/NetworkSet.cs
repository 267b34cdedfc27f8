namespace BulkRelay.Core.Configuration.Matching;

/// <summary>Networks of both families, asked by address: one look-up for each prefix length that occurs, however many networks there are.</summary>
internal sealed class NetworkSet
{
    private readonly SortedDictionary<(bool IsIPv6, int PrefixLength), HashSet<UInt128>> _byPrefix = [];

    /// <summary>Adds a network. Not once the set is in use.</summary>
    public void Add(CidrPattern network)
    {
        var key = (network.IsIPv6, network.PrefixLength);
        if (!_byPrefix.TryGetValue(key, out var set)) _byPrefix[key] = set = [];
        set.Add(network.Address);
    }

    /// <summary>True if some network holds the address.</summary>
    public bool Contains(UInt128 address, bool isIPv6)
    {
        foreach (var (key, networks) in _byPrefix)
        {
            if (key.IsIPv6 == isIPv6 && networks.Contains(address & CidrPattern.Mask(key.PrefixLength, isIPv6))) return true;
        }
        return false;
    }
}
