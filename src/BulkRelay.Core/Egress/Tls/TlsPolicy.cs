using System.Net.Security;
using System.Security.Authentication;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// What TLS with a destination has to be. Destinations with the same policy have the same object, so that connections can be told apart
/// by it.
/// </summary>
internal sealed class TlsPolicy(TlsSecurityLevel level)
{
    /// <summary>No TLS.</summary>
    public static readonly TlsPolicy None = new(TlsSecurityLevel.None);

    public TlsSecurityLevel Level { get; } = level;

    public SslProtocols Protocols { get; init; }

    /// <summary>The cipher suites that are offered; null for those of the TLS stack.</summary>
    public CipherSuitesPolicy? Ciphers { get; init; }

    /// <summary>The name for the handshake: a name, or <c>hostname</c> or <c>nexthop</c>; empty for none.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>The names or fingerprints of which the server's certificate must have one.</summary>
    public IReadOnlyList<string> Match { get; init; } = [];

    /// <summary>What is trusted in place of the authorities of the service; null if those are.</summary>
    public TrustAnchors? Anchors { get; init; }

    /// <summary>Whether a connection is kept for the next mail.</summary>
    public bool ReusesConnections { get; init; } = true;

    /// <summary>True above <c>may</c>: nothing goes out in clear.</summary>
    public bool IsMandatory => Level >= TlsSecurityLevel.Encrypt;

    /// <summary>True if the server has to show who it is.</summary>
    public bool IsAuthenticated => Level >= TlsSecurityLevel.Fingerprint;
}
