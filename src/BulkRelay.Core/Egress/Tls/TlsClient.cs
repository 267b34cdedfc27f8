using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// TLS of one client service: its policies, and the handshake by them. The handshake goes through whatever certificate the server shows;
/// what that is worth is judged after it, so that the server hears a polite end and the log a clear reason.
/// </summary>
internal sealed class TlsClient
{
    private readonly ServiceLog _log;
    private readonly TlsCredentials? _credentials;
    private readonly HashAlgorithmName _digest;
    private readonly int _depth;
    private readonly int _logLevel;
    private readonly bool _wildcardSpansLabels;
    private readonly bool _resumes;
    private readonly TlsClientParameters _names;

    /// <param name="config">The configuration of the service.</param>
    /// <param name="names">Its parameters.</param>
    /// <param name="tables">Where its tables are opened and its faults reported.</param>
    /// <param name="log">The log of the service.</param>
    public TlsClient(ConfigSnapshot config, TlsClientParameters names, LookupTableSet tables, ServiceLog log)
    {
        _log = log;
        _names = names;
        Policies = new TlsPolicies(config, names, tables);
        _digest = Fingerprint.Digests.GetValueOrDefault(config.Get(names.FingerprintDigest), HashAlgorithmName.SHA256);
        _depth = config.Get(names.VerifyDepth);
        _logLevel = config.Get(names.LogLevel);
        _wildcardSpansLabels = config.Get(TlsParameters.WildcardMatchesMultipleLabels);
        _resumes = config.Get(names.SessionCacheDatabase).Length > 0;
        NotesOffers = config.Get(names.NoteStarttlsOffer);
        IsWrapper = config.Get(names.WrapperMode);
        if (Policies.NeedNoTls) return;
        _credentials = new TlsCredentials(config, names, log);
        foreach (var fault in _credentials.Faults) tables.Report(fault);
    }

    public TlsPolicies Policies { get; }

    /// <summary>Whether servers that offer TLS in vain are named in the log.</summary>
    public bool NotesOffers { get; }

    /// <summary>Whether connections begin with TLS.</summary>
    public bool IsWrapper { get; }

    /// <summary>What is wrong if a server at port 465 does not greet: there TLS comes first. Postfix's words.</summary>
    public string WrapperAdvice =>
        $"SMTPS wrappermode (TCP port 465) requires setting \"{_names.WrapperMode.Name} = yes\", "
        + $"and \"{_names.SecurityLevel.Name} = encrypt\" (or stronger)";

    /// <summary>The fingerprint of the certificate that is shown to servers that ask for one; empty for none.</summary>
    public string CertificateFingerprint => _credentials?.Certificate?.Fingerprint ?? "";

    /// <summary>Encrypts a connection.</summary>
    /// <param name="connection">The connection; nothing is expected of the server.</param>
    /// <param name="peer">The server.</param>
    /// <param name="nexthop">The domain or host of the destination, without brackets and port.</param>
    /// <param name="policy">What it has to be like; not without TLS.</param>
    /// <param name="timeout">The limit for the whole of it.</param>
    /// <exception cref="ConnectionFaultException">The handshake failed.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "The verdict is acted on after the handshake.")]
    public async Task<TlsLink> StartAsync(SmtpConnection connection, SmtpPeer peer, string nexthop, TlsPolicy policy, TimeSpan timeout)
    {
        ServerVerdict verdict = default;
        PeerCertificate? shown = null;
        var verifier = new ServerVerifier(policy, _digest, _depth, _wildcardSpansLabels);
        var options = OptionsFor(peer, nexthop, policy);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            if (certificate is not X509Certificate2 own || chain is null || chain.ChainElements.Count == 0) return true;
            verdict = verifier.Judge(chain, peer.Name, nexthop);
            shown = TlsStates.Describe(own, verdict.IsTrusted, _digest);
            return true;
        };
        var stream = await HandshakeAsync(connection, peer, policy, options, timeout);
        var link = new TlsLink(TlsStates.Of(stream, shown), verdict.IsMatched, !policy.IsAuthenticated || verdict.IsMatched);
        Report(peer, policy, verdict, link);
        return link;
    }

    /// <summary>Notes in the log that a kept connection is used again.</summary>
    public void NoteReuse(SmtpPeer peer, TlsLink link)
    {
        if (_logLevel >= 1) _log.Info($"{Summary(peer, "reused", link)}");
    }

    private async Task<SslStream> HandshakeAsync(
        SmtpConnection connection, SmtpPeer peer, TlsPolicy policy, SslClientAuthenticationOptions options, TimeSpan timeout)
    {
        try
        {
            return await connection.StartTlsAsync(options, timeout);
        }
        catch (ConnectionFaultException e) when (e.Fault == ConnectionFault.Tls)
        {
            _log.Info($"SSL_connect error to {peer.NameAddressAndPort}: {e.InnerException?.InnerException?.Message ?? e.Message}");
            throw new ConnectionFaultException(ConnectionFault.Tls, e.Message, e) { Cause = HandshakeFailure.CauseOf(e, policy, _names) };
        }
    }

    // AllowNoEncryption is the one way to OpenSSL's security level 0, without which there is no TLS 1.0 and no short key. The list of
    // ciphers has none that does not encrypt.
#pragma warning disable SYSLIB0040
    private SslClientAuthenticationOptions OptionsFor(SmtpPeer peer, string nexthop, TlsPolicy policy) => new()
    {
        TargetHost = policy.ServerName switch
        {
            "hostname" => peer.Name,
            "nexthop" => nexthop,
            var name => name,
        },
        EnabledSslProtocols = policy.Protocols,
        CipherSuitesPolicy = policy.Ciphers,
        EncryptionPolicy = policy is { Level: TlsSecurityLevel.May, Ciphers: not null }
            ? EncryptionPolicy.AllowNoEncryption : EncryptionPolicy.RequireEncryption,
        ClientCertificateContext = _credentials?.Certificate?.Context,
        CertificateChainPolicy = policy.Anchors?.NewChainPolicy() ?? _credentials?.NewChainPolicy(),
        AllowTlsResume = _resumes,
    };
#pragma warning restore SYSLIB0040

    private void Report(SmtpPeer peer, TlsPolicy policy, ServerVerdict verdict, TlsLink link)
    {
        if (verdict.Complaint is { } complaint && policy.IsAuthenticated)
            _log.Info($"{complaint.Replace("{0}", peer.NameAddressAndPort, StringComparison.Ordinal)}");
        if (link.State.Peer is { } shown && (_logLevel >= 2 || !link.IsAcceptable))
        {
            _log.Info($"{peer.NameAddressAndPort}: subject_CN={shown.SubjectCommonName}, issuer_CN={shown.IssuerCommonName}, fingerprint={shown.CertificateFingerprint}, pkey_fingerprint={shown.PublicKeyFingerprint}");
        }
        if (_logLevel >= 1) _log.Info($"{Summary(peer, "established", link)}");
    }

    private static string Summary(SmtpPeer peer, string how, TlsLink link)
    {
        var state = link.State;
        var trust = state.Peer is null ? "Anonymous" : link.IsVerified ? "Verified" : state.Peer.IsTrusted ? "Trusted" : "Untrusted";
        return $"{trust} TLS connection {how} to {peer.NameAddressAndPort}: {state.Protocol} with cipher {state.Cipher} ({state.UsedBits}/{state.CipherBits} bits)";
    }
}
