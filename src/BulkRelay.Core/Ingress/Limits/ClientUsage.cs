using System.Net;

namespace BulkRelay.Core.Ingress.Limits;

/// <summary>What one client does at one service. Belongs to <see cref="Anvil"/>, which guards it.</summary>
/// <param name="service">The service's name.</param>
/// <param name="address">The client's address.</param>
internal sealed class ClientUsage(string service, IPAddress address)
{
    public string Service { get; } = service;

    public IPAddress Address { get; } = address;

    /// <summary>Connections that are open.</summary>
    public int Connections { get; set; }

    /// <summary>How often each <see cref="ClientEvent"/> happened since <see cref="Begun"/>.</summary>
    public int[] Events { get; } = new int[Enum.GetValues<ClientEvent>().Length];

    /// <summary>When counting began (a timestamp).</summary>
    public long Begun { get; set; }

    /// <summary>When the last connection closed (a timestamp); meaningless while one is open.</summary>
    public long IdleSince { get; set; }

    /// <summary>True while it stands in the line of those that may soon be forgotten.</summary>
    public bool IsInLine { get; set; }

    /// <summary><c>service:address</c>, as anvil(8) names it.</summary>
    public override string ToString() => $"{Service}:{Address}";
}
