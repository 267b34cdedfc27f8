using System.Net.Security;
using System.Security.Cryptography;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>The certificate that this relay shows to servers, ready for use.</summary>
internal sealed class ShownCertificate(SslStreamCertificateContext context)
{
    public SslStreamCertificateContext Context { get; } = context;

    /// <summary>By what connections with one certificate are told from those with another.</summary>
    public string Fingerprint { get; } = Core.Tls.Fingerprint.OfCertificate(context.TargetCertificate, HashAlgorithmName.SHA256);
}
