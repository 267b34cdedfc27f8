using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>
/// The certificates of a service and the authorities it trusts, as their files are now: a renewed file holds for the next handshake. One
/// that cannot be used is told once, and the old certificate stays.
/// </summary>
internal sealed class ServerCredentials
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly Func<CertificateFiles> _readFiles;
    private readonly Func<TrustStore> _readTrust;
    private readonly TlsServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly object _gate = new();
    private CertificateFiles _files;
    private TrustStore _trust;
    private ServerCertificates? _current;
    private long _lookedAt;

    private ServerCredentials(
        Func<CertificateFiles> readFiles, Func<TrustStore> readTrust, TlsServerSettings settings, TimeProvider time, Action<string> warn)
    {
        _readFiles = readFiles;
        _readTrust = readTrust;
        _settings = settings;
        _time = time;
        _warn = warn;
        _files = readFiles();
        _trust = readTrust();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>True if there is no certificate.</summary>
    public bool IsEmpty => _files.Certificates.Count == 0;

    /// <summary>True if something was wrong with the files of certificates.</summary>
    public bool HasFaults => _files.Faults.Count > 0;

    /// <summary>Those that the parameters of the server name. What is wrong goes to <paramref name="faults"/>.</summary>
    public static ServerCredentials Load(
        ConfigSnapshot snapshot, TlsServerSettings settings, TimeProvider time, Action<string> warn, ICollection<ConfigFault> faults)
    {
        var credentials = new ServerCredentials(() => ReadFiles(snapshot), () => ReadTrust(snapshot), settings, time, warn);
        foreach (var fault in credentials._files.Faults.Concat(credentials._trust.Faults)) faults.Add(fault);
        return credentials;
    }

    /// <summary>Those of chain files that a table names, with the same authorities.</summary>
    public static ServerCredentials OfChainFiles(
        IReadOnlyList<string> files, ConfigSnapshot snapshot, TlsServerSettings settings, TimeProvider time, Action<string> warn)
    {
        var credentials = new ServerCredentials(ReadChains, () => ReadTrust(snapshot), settings, time, warn);
        foreach (var fault in credentials._files.Faults) warn($"{fault.Parameter}: {fault.Message}");
        return credentials;

        CertificateFiles ReadChains()
        {
            var read = new CertificateFiles();
            read.AddChains(SmtpdTlsParameters.ServerSniMaps.Name, files.Select(snapshot.PathOf));
            return read;
        }
    }

    /// <summary>What handshakes are to be made with now; null if there is no certificate.</summary>
    public ServerCertificates? Current()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) >= LookInterval) Look();
            return _current ??= IsEmpty ? null : new ServerCertificates(_files.Certificates, _settings, _trust);
        }
    }

    private void Look()
    {
        _lookedAt = _time.GetTimestamp();
        if (!_files.HaveChanged && !_trust.HasChanged) return;
        var (files, trust) = (_readFiles(), _readTrust());
        foreach (var fault in files.Faults.Concat(trust.Faults)) _warn($"{fault.Parameter}: {fault.Message}");
        var isUsable = files.Certificates.Count > 0 && !files.Faults.Concat(trust.Faults).Any(f => f.Severity == FaultSeverity.Error);
        if (isUsable) (_files, _trust, _current) = (files, trust, null);
        else
        {
            _warn($"{SmtpdTlsParameters.CertFile.Name}: the certificate that was read before stays in use");
            _files.NoteFiles();
            _trust.NoteFiles();
        }
    }

    private static CertificateFiles ReadFiles(ConfigSnapshot snapshot)
    {
        var files = new CertificateFiles();
        var chains = snapshot.Get(SmtpdTlsParameters.ChainFiles);
        if (chains.Count > 0)
        {
            files.AddChains(SmtpdTlsParameters.ChainFiles.Name, chains);
            return files;
        }
        files.AddPair(Value(SmtpdTlsParameters.CertFile), Value(SmtpdTlsParameters.KeyFile));
        files.AddPair(Value(SmtpdTlsParameters.EcCertFile), Value(SmtpdTlsParameters.EcKeyFile));
        return files;

        (string, string) Value(Parameter<string> parameter) => (parameter.Name, snapshot.Get(parameter));
    }

    private static TrustStore ReadTrust(ConfigSnapshot snapshot) => TrustStore.Load(
        (SmtpdTlsParameters.CaFile.Name, snapshot.Get(SmtpdTlsParameters.CaFile)),
        (SmtpdTlsParameters.CaPath.Name, snapshot.Get(SmtpdTlsParameters.CaPath)), snapshot.Get(TlsParameters.AppendDefaultCa));
}
