using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>
/// Certificates ready for handshakes: one for clients that know elliptic curves, one for all others; either may serve for both. A
/// session ticket holds only where it was issued, so no two services share one of these.
/// </summary>
internal sealed class ServerCertificates
{
    private readonly SslServerAuthenticationOptions _modern;
    private readonly SslServerAuthenticationOptions _classic;

    /// <param name="certificates">At least one.</param>
    /// <param name="settings">What else handshakes are made with.</param>
    /// <param name="trust">Who may have issued the certificates of clients.</param>
    public ServerCertificates(IReadOnlyList<OwnCertificate> certificates, TlsServerSettings settings, TrustStore trust)
    {
        var modern = certificates.FirstOrDefault(c => c.IsEllipticCurve);
        var classic = certificates.FirstOrDefault(c => !c.IsEllipticCurve);
        _modern = Options((modern ?? classic)!, settings, trust);
        _classic = classic is null || modern is null ? _modern : Options(classic, settings, trust);
    }

    /// <summary>True if it depends on the client which certificate it gets.</summary>
    public bool HasBoth => !ReferenceEquals(_modern, _classic);

    /// <summary>What a handshake is made with; shared by all of them, not to be changed.</summary>
    public SslServerAuthenticationOptions For(bool knowsEllipticCurves) => knowsEllipticCurves ? _modern : _classic;

    private static SslServerAuthenticationOptions Options(OwnCertificate own, TlsServerSettings settings, TrustStore trust)
    {
        var namesAuthorities = settings.AsksForCertificate && trust.OfFile.Count > 0
            ? SslCertificateTrust.CreateForX509Collection(trust.OfFile, sendTrustInHandshake: true) : null;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(own.Certificate, own.Chain, offline: true, namesAuthorities),
            EnabledSslProtocols = settings.ProtocolsOfService,
            CipherSuitesPolicy = settings.Ciphers,
            AllowTlsResume = settings.MayResume,
            AllowRenegotiation = false,
            ClientCertificateRequired = settings.AsksForCertificate,
            CertificateChainPolicy = settings.AsksForCertificate ? trust.ToChainPolicy() : null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // Whether the certificate is good enough is decided when all is known: restrictions may permit one that nobody trusts.
            RemoteCertificateValidationCallback = settings.AsksForCertificate ? ClientCertificateCheck.Note : null,
        };
    }
}
