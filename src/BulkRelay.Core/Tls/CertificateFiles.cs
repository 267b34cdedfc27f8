using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Tls;

/// <summary>
/// The certificates that parameters name (<c>smtpd_tls_cert_file</c> and <c>_key_file</c>, <c>_eccert_file</c>, <c>_chain_files</c> …), and
/// the state of the files when they were read, by which renewed ones are noticed.
/// </summary>
public sealed class CertificateFiles
{
    private readonly List<OwnCertificate> _certificates = [];
    private readonly Dictionary<string, FileStamp> _stamps = new(StringComparer.Ordinal);
    private readonly List<ConfigFault> _faults = [];

    /// <summary>What could be read; empty if nothing is configured or nothing could.</summary>
    public IReadOnlyList<OwnCertificate> Certificates => _certificates;

    /// <summary>What is wrong, each with its parameter and file.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>True if a file is no longer the one that was read.</summary>
    public bool HaveChanged => _stamps.Any(s => FileStamp.Of(s.Key) != s.Value);

    /// <summary>The files as they are now count as unchanged: what was read stays in use until they change again.</summary>
    public void NoteFiles()
    {
        foreach (var file in _stamps.Keys.ToList()) _stamps[file] = FileStamp.Of(file);
    }

    /// <summary>Reads a certificate with its issuers, and its key from the same file or another one. Does nothing without a file.</summary>
    /// <param name="certificate">The parameter, and the file.</param>
    /// <param name="key">The parameter of the key, and its file.</param>
    public void AddPair((string Parameter, string File) certificate, (string Parameter, string File) key)
    {
        if (certificate.File.Length == 0) return;
        if (certificate.File == "none")
        {
            Report(certificate.Parameter, "a server without a certificate ('none') is not possible with this TLS stack: name a file");
            return;
        }
        var keyFile = key.File.Length == 0 ? certificate.File : key.File;
        var certificates = Read(certificate.Parameter, certificate.File);
        var keys = keyFile == certificate.File ? certificates : Read(key.Parameter, keyFile);
        if (certificates is null || keys is null) return;
        var chain = certificates.Certificates.ToList();
        if (chain.Count == 0) Report(certificate.Parameter, $"{certificate.File}: there is no certificate in it");
        else if (!keys.Keys.Any()) Report(key.Parameter, $"{keyFile}: there is no private key in it");
        else if (OwnCertificate.TryJoin(chain[0], chain.Skip(1), keys.Keys) is { } own) Add(certificate.Parameter, certificate.File, own);
        else Report(key.Parameter, $"the private key in {keyFile} does not belong to the certificate in {certificate.File}");
    }

    /// <summary>Reads files that each hold keys, each followed by its certificate and those of its issuers.</summary>
    public void AddChains(string parameter, IEnumerable<string> files)
    {
        var items = files.Select(f => (File: f, Read(parameter, f)?.Items)).Where(f => f.Items is not null)
            .SelectMany(f => f.Items!.Select(i => (f.File, Item: i))).ToList();
        for (var i = 0; i < items.Count;)
        {
            var next = items.FindIndex(i + 1, x => x.Item is AsymmetricAlgorithm);
            var end = next < 0 ? items.Count : next;
            AddChain(parameter, items[i].File, [.. items[i..end].Select(x => x.Item)]);
            i = end;
        }
    }

    private void AddChain(string parameter, string file, List<object> items)
    {
        var chain = items.OfType<X509Certificate2>().ToList();
        if (items[0] is not AsymmetricAlgorithm key)
            Report(parameter, $"{file}: a key must stand before its certificates");
        else if (chain.Count == 0) Report(parameter, $"{file}: a key has no certificate behind it");
        else if (OwnCertificate.TryJoin(chain[0], chain.Skip(1), [key]) is { } own) Add(parameter, file, own);
        else Report(parameter, $"{file}: the key does not belong to the certificate behind it");
    }

    private void Add(string parameter, string file, OwnCertificate own)
    {
        _certificates.Add(own);
        if (own.Certificate.NotAfter < DateTime.Now)
            Report(parameter, $"{file}: the certificate expired on {own.Certificate.NotAfter:yyyy-MM-dd}: renew it", FaultSeverity.Warning);
    }

    private PemFile? Read(string parameter, string file)
    {
        _stamps[file] = FileStamp.Of(file);
        var pem = PemFile.Read(file);
        if (pem.Fault is null) return pem;
        Report(parameter, $"{file}: {pem.Fault}");
        return null;
    }

    private void Report(string parameter, string message, FaultSeverity severity = FaultSeverity.Error) =>
        _faults.Add(new ConfigFault(severity, "main.cf", 0, parameter, message));
}
