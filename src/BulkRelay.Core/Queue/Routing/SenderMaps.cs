using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>Tables that are asked for the sender: its address, the address without extension, and <c>@domain</c>.</summary>
internal sealed class SenderMaps(Parameter<string> maps, Parameter<string> nullSenderKey, ConfigSnapshot snapshot, LookupTableSet tables)
{
    private readonly LookupTableList _maps = new(maps.Name, snapshot.Get(maps), tables);
    private readonly string _nullSenderKey = snapshot.Get(nullSenderKey);
    private readonly AddressExtension _extension = new(snapshot);

    /// <summary>True if there are no such tables.</summary>
    public bool IsEmpty => _maps.IsEmpty;

    /// <summary>What the tables say of a sender (empty for the null sender). <c>DUNNO</c> is the same as nothing.</summary>
    public async ValueTask<LookupResult> LookupAsync(string sender, CancellationToken cancel)
    {
        if (IsEmpty) return LookupResult.NotFound;
        var found = await FindAsync(sender.Length > 0 ? sender : _nullSenderKey, cancel);
        return found.Value is { } value && IsDunno(value) ? LookupResult.NotFound : found;
    }

    /// <summary>Whether a value says the same as nothing.</summary>
    public static bool IsDunno(string value) => value.Equals("DUNNO", StringComparison.OrdinalIgnoreCase);

    private async ValueTask<LookupResult> FindAsync(string address, CancellationToken cancel)
    {
        var found = await _maps.LookupAsync(address, isPart: false, cancel);
        if (found.IsFound || found.IsFailure) return found;
        if (_extension.Strip(address) is { } plain)
        {
            found = await _maps.LookupAsync(plain, isPart: true, cancel);
            if (found.IsFound || found.IsFailure) return found;
        }
        var at = address.LastIndexOf('@');
        return at < 0 ? found : await _maps.LookupAsync(address[at..], isPart: true, cancel);
    }
}
