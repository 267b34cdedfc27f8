using System.Net;

namespace BulkRelay.Core.Dns;

/// <summary>What DNS and the hosts file say about the name of a client.</summary>
/// <param name="Name">The verified name, or <see cref="ClientNameResolver.Unknown"/>.</param>
/// <param name="Status">Why there is no verified name.</param>
/// <param name="ReverseName">The name that the address maps to, verified or not; <see cref="ClientNameResolver.Unknown"/> for none.</param>
/// <param name="ReverseStatus">Why the address maps to no name.</param>
public readonly record struct ClientName(string Name, ClientNameStatus Status, string ReverseName, ClientNameStatus ReverseStatus)
{
    /// <summary>What the operator is told about a name that does not lead back to the address, in Postfix's words; null for nothing.</summary>
    public string? WarningAbout(IPAddress address) => ReverseStatus != ClientNameStatus.Verified ? null : Status switch
    {
        ClientNameStatus.Forged => $"hostname {ReverseName} does not resolve to address {address}",
        ClientNameStatus.Missing => $"hostname {ReverseName} does not resolve to address {address}: Name or service not known",
        ClientNameStatus.Temporary => $"hostname {ReverseName} does not resolve to address {address}: Temporary failure in name resolution",
        _ => null,
    };

    /// <summary>A client about whose name nothing is known, for that reason.</summary>
    public static ClientName Nameless(ClientNameStatus reason) =>
        new(ClientNameResolver.Unknown, reason, ClientNameResolver.Unknown, reason);

    /// <summary>A client whose name is as good as verified.</summary>
    public static ClientName Verified(string name) => new(name, ClientNameStatus.Verified, name, ClientNameStatus.Verified);
}
