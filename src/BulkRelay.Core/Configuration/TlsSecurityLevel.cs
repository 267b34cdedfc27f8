namespace BulkRelay.Core.Configuration;

/// <summary>How much a TLS client insists on encryption.</summary>
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
}
