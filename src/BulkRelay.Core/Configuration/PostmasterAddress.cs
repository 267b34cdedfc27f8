using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>The addresses of mail from the relay to its postmaster.</summary>
internal static class PostmasterAddress
{
    /// <summary>The sender of such mail (<c>double_bounce_sender</c>).</summary>
    public static string DoubleBounce(ConfigSnapshot snapshot) => Of(snapshot, BounceParameters.DoubleBounceSender);

    /// <summary>The address that a parameter names, at this relay's domain if it names none.</summary>
    public static string Of(ConfigSnapshot snapshot, Parameter<string> parameter)
    {
        var address = snapshot.Get(parameter);
        return address.Contains('@', StringComparison.Ordinal) ? address : $"{address}@{snapshot.Get(RoutingParameters.MyOrigin)}";
    }
}
