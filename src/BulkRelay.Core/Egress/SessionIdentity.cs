using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Egress.Tls;

namespace BulkRelay.Core.Egress;

/// <summary>
/// All that says between whom a session is, and how well that is known. A kept session is used for mail only if its identity is the one
/// that a session made for that mail would have. The transport stands for what its configuration fixes: addresses to connect from, name
/// for EHLO, name in the TLS handshake, trusted authorities.
/// </summary>
/// <param name="Transport">The service.</param>
/// <param name="Nexthop">The destination as it is written: TLS policies and logins go by it.</param>
/// <param name="ServerName">The name of the server.</param>
/// <param name="Server">Its address and port.</param>
/// <param name="Tls">What TLS has to be like. Equal policies are one object.</param>
/// <param name="ClientCertificate">The fingerprint of the certificate that this side shows; empty for none.</param>
/// <param name="Login">As whom to sign in.</param>
internal sealed record SessionIdentity(
    SmtpTransport Transport, string Nexthop, string ServerName, IPEndPoint Server, TlsPolicy Tls, string ClientCertificate, SaslLookup Login)
{
    /// <summary>The domain or host of the nexthop, without brackets and port.</summary>
    public string Domain => Dns.Nexthop.TryParse(Nexthop, Transport.Options.DefaultPort, out _)?.Name ?? Nexthop;

    /// <summary>
    /// What a session has to agree in to be used for another destination: the destination itself does not count, unless the server has been
    /// verified or addressed by it; and where neither certificate nor login goes by the server's name, only its address counts.
    /// </summary>
    public SessionIdentity Shared()
    {
        var shared = Tls.IsAuthenticated || Tls.ServerName == "nexthop" ? this : this with { Nexthop = "" };
        return Tls.Level == TlsSecurityLevel.None && Login == SaslLookup.None ? shared with { ServerName = "" } : shared;
    }

    /// <summary>The identity that a session with a server for mail of a sender would have now; or why there is to be none.</summary>
    public static async ValueTask<(SessionIdentity? Identity, string? Fault)> FindAsync(
        SmtpTransport transport, string nexthop, SmtpPeer peer, string sender, CancellationToken cancel)
    {
        var (policy, fault) = await transport.Tls.Policies.FindAsync(nexthop, peer.Name, cancel);
        if (policy is { IsMandatory: false } && transport.Tls.IsWrapper)
            fault = "TLS from the first octet on requires smtp_tls_security_level = encrypt (or stronger)";
        if (policy is null || fault is not null) return (null, fault);
        var login = transport.Sasl is { } sasl ? await sasl.FindLoginAsync(sender, peer.Name, nexthop, cancel) : SaslLookup.None;
        return (new SessionIdentity(transport, nexthop, peer.Name, peer.Endpoint, policy, transport.Tls.CertificateFingerprint, login), null);
    }
}
