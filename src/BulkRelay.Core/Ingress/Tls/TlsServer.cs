using System.Security.Cryptography;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>TLS as one SMTP service has it: whether it is offered or required, of clients with which certificates, and with what.</summary>
internal sealed class TlsServer
{
    private TlsServer(ConfigSnapshot snapshot, TlsSecurityLevel level)
    {
        IsWrapper = snapshot.Get(SmtpdTlsParameters.WrapperMode);
        IsRequired = IsWrapper || level == TlsSecurityLevel.Encrypt;
        IsOffered = IsRequired || level == TlsSecurityLevel.May;
        AllowsAuthInClear = !IsRequired && !snapshot.Get(SmtpdTlsParameters.AuthOnly);
        RequiresCertificate = IsRequired && snapshot.Get(SmtpdTlsParameters.ReqCcert);
        AsksForCertificate = RequiresCertificate || snapshot.Get(SmtpdTlsParameters.AskCcert) || snapshot.Get(SmtpdTlsParameters.ReqCcert);
        VerifyDepth = snapshot.Get(SmtpdTlsParameters.CcertVerifyDepth);
        LogLevel = snapshot.Get(SmtpdTlsParameters.LogLevel);
        AddsToReceived = snapshot.Get(SmtpdTlsParameters.ReceivedHeader);
        Timeout = snapshot.Get(SmtpdTlsParameters.StartTlsTimeout);
    }

    /// <summary>True if STARTTLS is offered, or the service begins with TLS.</summary>
    public bool IsOffered { get; }

    /// <summary>True if nothing goes without TLS.</summary>
    public bool IsRequired { get; }

    /// <summary>True if clients begin with TLS.</summary>
    public bool IsWrapper { get; }

    /// <summary>Whether AUTH may be offered outside TLS (<c>smtpd_tls_auth_only</c>).</summary>
    public bool AllowsAuthInClear { get; }

    /// <summary>True if clients are asked for a certificate.</summary>
    public bool AsksForCertificate { get; }

    /// <summary>True if clients without a trusted certificate are sent away.</summary>
    public bool RequiresCertificate { get; }

    /// <summary>The most issuers above a client's certificate.</summary>
    public int VerifyDepth { get; }

    /// <summary>How much the log tells, 0 to 4.</summary>
    public int LogLevel { get; }

    /// <summary>Whether Received: tells.</summary>
    public bool AddsToReceived { get; }

    /// <summary>The time for a handshake.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The digest of fingerprints.</summary>
    public HashAlgorithmName Digest { get; private set; } = HashAlgorithmName.SHA256;

    /// <summary>What handshakes are made with; null if TLS is not offered, or cannot be had for lack of a certificate.</summary>
    public ServerCredentials? Credentials { get; private set; }

    /// <summary>The certificates for the names that clients ask for; null for one that is the same for all.</summary>
    public ServerNames? Names { get; private set; }

    /// <summary>Reads the configuration of a service. Files are read now, so that faults show at the start.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="tables">The tables of the service.</param>
    /// <param name="time">The clock by which renewed files are noticed.</param>
    /// <param name="warn">Takes what is wrong with renewed files.</param>
    /// <param name="faults">Takes what is wrong now.</param>
    public static TlsServer Compile(
        ConfigSnapshot snapshot, LookupTableSet tables, TimeProvider time, Action<string> warn, ICollection<ConfigFault> faults)
    {
        var tls = new TlsServer(snapshot, LevelOf(snapshot, faults));
        if (!tls.IsOffered) return tls;
        var settings = TlsServerSettings.Compile(snapshot, tls, faults);
        var credentials = ServerCredentials.Load(snapshot, settings, time, warn, faults);
        if (credentials is { IsEmpty: true, HasFaults: false }) ReportNoCertificate(tls, faults);
        tls.Credentials = credentials.IsEmpty ? null : credentials;
        tls.Names = ServerNames.Open(snapshot, tables, settings, time, warn);
        tls.Digest = DigestOf(snapshot, faults);
        return tls;
    }

    /// <summary>Whether EHLO offers STARTTLS with a configuration, before TLS is begun.</summary>
    public static bool OffersStartTls(ConfigSnapshot snapshot) =>
        !snapshot.Get(SmtpdTlsParameters.WrapperMode) && LevelOf(snapshot, []) != TlsSecurityLevel.None;

    private static TlsSecurityLevel LevelOf(ConfigSnapshot snapshot, ICollection<ConfigFault> faults)
    {
        var text = snapshot.Get(SmtpdTlsParameters.SecurityLevel);
        if (text.Length == 0)
        {
            return snapshot.Get(SmtpdTlsParameters.EnforceTls) ? TlsSecurityLevel.Encrypt
                : snapshot.Get(SmtpdTlsParameters.UseTls) ? TlsSecurityLevel.May : TlsSecurityLevel.None;
        }
        switch (text.ToLowerInvariant())
        {
            case "none": return TlsSecurityLevel.None;
            case "may": return TlsSecurityLevel.May;
            case "encrypt": return TlsSecurityLevel.Encrypt;
            case "fingerprint" or "verify" or "secure" or "dane" or "dane-only" or "half-dane":
                Report(faults, FaultSeverity.Warning, "smtpd_tls_security_level", $"unsupported TLS level \"{text}\", using \"encrypt\": "
                    + "client certificates are demanded with smtpd_tls_req_ccert and permit_tls_clientcerts");
                return TlsSecurityLevel.Encrypt;
            default:
                Report(faults, FaultSeverity.Error, "smtpd_tls_security_level", $"unknown level '{text}': use one of none, may, encrypt");
                return TlsSecurityLevel.Encrypt;
        }
    }

    private static HashAlgorithmName DigestOf(ConfigSnapshot snapshot, ICollection<ConfigFault> faults)
    {
        var name = snapshot.Get(SmtpdTlsParameters.FingerprintDigest);
        if (Fingerprint.Digests.TryGetValue(name, out var digest)) return digest;
        Report(faults, FaultSeverity.Error, "smtpd_tls_fingerprint_digest", $"unknown digest '{name}': use one of {string.Join(", ", Fingerprint.Digests.Keys)}");
        return HashAlgorithmName.SHA256;
    }

    private static void ReportNoCertificate(TlsServer tls, ICollection<ConfigFault> faults) =>
        Report(faults, tls.IsRequired ? FaultSeverity.Error : FaultSeverity.Warning, "smtpd_tls_chain_files",
            "no server certificate, so TLS cannot be had" + (tls.IsRequired ? " though it is required" : ": STARTTLS is answered with 454")
            + "; set smtpd_tls_chain_files, or smtpd_tls_cert_file and smtpd_tls_key_file ('bulkrelay tls self-signed' makes one for a first start)");

    private static void Report(ICollection<ConfigFault> faults, FaultSeverity severity, string parameter, string message) =>
        faults.Add(new ConfigFault(severity, "main.cf", 0, parameter, message));
}
