namespace BulkRelay.Core.Configuration;

/// <summary>How much a TLS client insists on encryption, and on knowing whom it talks to. Each level asks for more than the one before.</summary>
public enum TlsSecurityLevel
{
    /// <summary>Not said: older parameters decide.</summary>
    Unset,

    /// <summary>Never encrypt.</summary>
    None,

    /// <summary>Encrypt where the server offers it, deliver in clear where it does not or where it fails. No certificate is checked.</summary>
    May,

    /// <summary>Encrypt or do not deliver. No certificate is checked.</summary>
    Encrypt,

    /// <summary>The server's certificate or public key has one of the given fingerprints.</summary>
    Fingerprint,

    /// <summary>The certificate is of a trusted authority and for the server's name, as DNS gives it (<c>smtp_tls_verify_cert_match</c>).</summary>
    Verify,

    /// <summary>The certificate is of a trusted authority and for a name that owes nothing to DNS (<c>smtp_tls_secure_cert_match</c>).</summary>
    Secure,
}
