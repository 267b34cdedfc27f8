using System.Buffers;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>Address extensions, <c>user+extension@domain</c>, by <c>recipient_delimiter</c>.</summary>
internal sealed class AddressExtension(ConfigSnapshot snapshot)
{
    private readonly SearchValues<char> _delimiters = SearchValues.Create(snapshot.Get(RoutingParameters.RecipientDelimiter));

    /// <summary>The address without its extension; null if it has none.</summary>
    public string? Strip(string address)
    {
        var at = address.LastIndexOf('@');
        var localPart = at < 0 ? address : address.AsSpan(0, at);
        var delimiter = localPart.IndexOfAny(_delimiters);
        return delimiter <= 0 || IsSpecial(localPart, localPart[delimiter]) ? null
            : string.Concat(localPart[..delimiter], at < 0 ? default : address.AsSpan(at));
    }

    /// <summary>Names in which a hyphen is not a delimiter: of the mail system itself, and of list owners.</summary>
    private static bool IsSpecial(ReadOnlySpan<char> localPart, char delimiter) =>
        delimiter == '-' && (localPart.Equals("mailer-daemon", StringComparison.OrdinalIgnoreCase)
            || localPart.Equals("double-bounce", StringComparison.OrdinalIgnoreCase)
            || localPart.StartsWith("owner-", StringComparison.OrdinalIgnoreCase)
            || localPart.EndsWith("-request", StringComparison.OrdinalIgnoreCase));
}
