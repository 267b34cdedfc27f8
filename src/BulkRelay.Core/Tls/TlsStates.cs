using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Tls;

/// <summary>Reads off a TLS stream what was agreed on.</summary>
public static class TlsStates
{
    /// <summary>The state of a stream whose handshake is done.</summary>
    public static TlsState Of(SslStream stream, PeerCertificate? peer)
    {
        var id = stream.NegotiatedCipherSuite;
        var suite = CipherSuites.Find(id);
        return new TlsState(ProtocolList.NameOf(stream.SslProtocol), suite?.Name ?? id.ToString(), suite?.Bits ?? 0, suite?.Bits ?? 0, peer);
    }

    /// <summary>What is to be known of a certificate of the other side.</summary>
    public static PeerCertificate Describe(X509Certificate2 certificate, bool isTrusted, HashAlgorithmName digest) => new(
        CertificateNames.SubjectCommonName(certificate), CertificateNames.IssuerCommonName(certificate), isTrusted,
        Fingerprint.OfCertificate(certificate, digest), Fingerprint.OfPublicKey(certificate, digest));
}
