using System.Net.Security;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>A TLS stream that keeps what its handshake found out.</summary>
internal sealed class NotingSslStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
{
    /// <summary>The verification of the client's certificate; null without one.</summary>
    public ClientCertificateCheck? Check { get; set; }

    /// <summary>The name that the client asked for, if there is a certificate for it; empty otherwise.</summary>
    public string MatchedName { get; set; } = "";
}
