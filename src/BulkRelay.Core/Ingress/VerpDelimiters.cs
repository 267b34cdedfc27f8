using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress;

/// <summary>The two characters of VERP, as a client asks for them and the configuration allows.</summary>
internal static class VerpDelimiters
{
    /// <summary>The delimiters, the default ones if none are given. Null, and what is wrong, if they are not allowed.</summary>
    public static string? Complete(ConfigSnapshot snapshot, string given, out string? fault)
    {
        var filter = snapshot.Get(BounceParameters.VerpDelimiterFilter);
        var delimiters = given.Length > 0 ? given : snapshot.Get(BounceParameters.DefaultVerpDelimiters);
        var isAllowed = delimiters.Length == 2 && !delimiters.AsSpan().ContainsAnyExcept(filter);
        fault = isAllowed ? null : $"needs two characters from {filter}";
        return isAllowed ? delimiters : null;
    }
}
