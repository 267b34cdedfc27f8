using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>The addresses of mail from the relay to its postmaster.</summary>
internal static class PostmasterAddress
{
    /// <summary>The sender of such mail (<c>double_bounce_sender</c>): at this host, as in Postfix, so that what is returned comes here.</summary>
    public static string DoubleBounce(ConfigSnapshot snapshot) =>
        Complete(snapshot.Get(BounceParameters.DoubleBounceSender), snapshot.Get(MainParameters.MyHostname));

    /// <summary>The address that a parameter names, at <c>myorigin</c> if it names no domain.</summary>
    public static string Of(ConfigSnapshot snapshot, Parameter<string> parameter) =>
        Complete(snapshot.Get(parameter), snapshot.Get(RoutingParameters.MyOrigin));

    private static string Complete(string address, string domain) => address.Contains('@', StringComparison.Ordinal) ? address : $"{address}@{domain}";
}
