namespace BulkRelay.Core.Tls;

/// <summary>The certificate that the other side of a connection showed.</summary>
/// <param name="SubjectCommonName">The common name of its subject, unprintable characters replaced; empty if it has none.</param>
/// <param name="IssuerCommonName">The common name of its issuer; empty if it has none.</param>
/// <param name="IsTrusted">True if its chain ends at a certificate authority that the configuration trusts.</param>
/// <param name="CertificateFingerprint">The digest of the certificate by the configured algorithm: <c>AA:BB:…</c>.</param>
/// <param name="PublicKeyFingerprint">The digest of its public key (SubjectPublicKeyInfo), in the same form.</param>
public sealed record PeerCertificate(
    string SubjectCommonName, string IssuerCommonName, bool IsTrusted, string CertificateFingerprint, string PublicKeyFingerprint);
