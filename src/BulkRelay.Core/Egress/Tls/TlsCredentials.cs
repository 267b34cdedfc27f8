using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// What a client service shows of itself, and whom it trusts: its certificate and its authorities, from files. Files that have changed
/// are read again when the next connection is made; if they cannot be used, what was read before stays.
/// </summary>
internal sealed class TlsCredentials
{
    /// <summary>What a server's certificate has to be good for, if it says what it is good for.</summary>
    public static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    private readonly ConfigSnapshot _config;
    private readonly TlsClientParameters _names;
    private readonly ServiceLog _log;
    private readonly Lock _gate = new();
    private CertificateFiles _files;
    private TrustStore _trust;
    private X509ChainPolicy _chainPolicy;
    private ShownCertificate? _certificate;

    /// <param name="config">The configuration of the service.</param>
    /// <param name="names">Its parameters.</param>
    /// <param name="log">Takes what is wrong with files that are read again.</param>
    public TlsCredentials(ConfigSnapshot config, TlsClientParameters names, ServiceLog log)
    {
        (_config, _names, _log) = (config, names, log);
        _files = ReadFiles();
        _trust = ReadTrust();
        Faults = [.. _files.Faults, .. _trust.Faults];
        _certificate = Choose(_files);
        _chainPolicy = PolicyOf(_trust);
    }

    /// <summary>What was wrong with the files at the start.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    /// <summary>The certificate for servers that ask for one; null if there is none.</summary>
    public ShownCertificate? Certificate
    {
        get
        {
            Refresh();
            return Volatile.Read(ref _certificate);
        }
    }

    /// <summary>How to build the chain of a server's certificate; of the caller's own.</summary>
    public X509ChainPolicy NewChainPolicy() => Volatile.Read(ref _chainPolicy).Clone();

    private void Refresh()
    {
        lock (_gate)
        {
            if (_files.HaveChanged)
            {
                _files = ReadFiles();
                if (Take(_files.Faults)) Volatile.Write(ref _certificate, Choose(_files));
            }
            if (!_trust.HasChanged) return;
            _trust = ReadTrust();
            if (Take(_trust.Faults)) Volatile.Write(ref _chainPolicy, PolicyOf(_trust));
        }
    }

    private bool Take(IReadOnlyList<ConfigFault> faults)
    {
        foreach (var fault in faults) _log.Warning($"{fault.Parameter}: {fault.Message}");
        return faults.All(f => f.Severity != FaultSeverity.Error);
    }

    private CertificateFiles ReadFiles()
    {
        var files = new CertificateFiles();
        var chains = _config.Get(_names.ChainFiles);
        if (chains.Count > 0) files.AddChains(_names.ChainFiles.Name, chains);
        else
        {
            files.AddPair(Value(_names.CertFile), Value(_names.KeyFile));
            files.AddPair(Value(_names.EcCertFile), Value(_names.EcKeyFile));
        }
        return files;
    }

    private TrustStore ReadTrust() =>
        TrustStore.Load(Value(_names.CaFile), Value(_names.CaPath), _config.Get(TlsParameters.AppendDefaultCa));

    private (string Parameter, string Path) Value(Parameter<string> parameter) => (parameter.Name, _config.Get(parameter));

    /// <summary>The first one: a server that takes certificates at all takes keys of either kind.</summary>
    private static ShownCertificate? Choose(CertificateFiles files) => files.Certificates.Count == 0 ? null
        : new ShownCertificate(SslStreamCertificateContext.Create(files.Certificates[0].Certificate, files.Certificates[0].Chain, offline: true));

    private static X509ChainPolicy PolicyOf(TrustStore trust)
    {
        var policy = trust.ToChainPolicy();
        policy.ApplicationPolicy.Add(ServerAuthentication);
        return policy;
    }
}
