using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Tls;

/// <summary>The certificate authorities that one configuration trusts: a file, a folder with names by hash, those of the system.</summary>
public sealed class TrustStore
{
    private readonly Dictionary<string, FileStamp> _stamps = new(StringComparer.Ordinal);
    private readonly List<ConfigFault> _faults = [];

    /// <summary>Those of the file alone: a server names them to its clients.</summary>
    public X509Certificate2Collection OfFile { get; } = [];

    /// <summary>All of them.</summary>
    public X509Certificate2Collection All { get; } = [];

    /// <summary>What is wrong, each with its parameter and path.</summary>
    public IReadOnlyList<ConfigFault> Faults => _faults;

    /// <summary>True if the file or the folder is no longer what was read.</summary>
    public bool HasChanged => _stamps.Any(s => Stamp(s.Key) != s.Value);

    /// <summary>File and folder as they are now count as unchanged: what was read stays in use until they change again.</summary>
    public void NoteFiles()
    {
        foreach (var path in _stamps.Keys.ToList()) _stamps[path] = Stamp(path);
    }

    /// <summary>Reads what parameters name.</summary>
    /// <param name="file">The parameter of the file, and its value, which may be empty.</param>
    /// <param name="folder">The parameter of the folder, and its value, which may be empty.</param>
    /// <param name="withSystem">Whether the authorities of the system count too (<c>tls_append_default_CA</c>).</param>
    public static TrustStore Load((string Parameter, string Path) file, (string Parameter, string Path) folder, bool withSystem)
    {
        var store = new TrustStore();
        if (file.Path.Length > 0) store.AddFile(file.Parameter, file.Path);
        if (folder.Path.Length > 0) store.AddFolder(folder.Parameter, folder.Path);
        if (withSystem) store.AddSystem();
        return store;
    }

    /// <summary>
    /// How a certificate of the other side is to be verified: up to an authority of this store, without asking the network, as a server's
    /// or a client's as the caller's TLS stream demands.
    /// </summary>
    public X509ChainPolicy ToChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(All);
        return policy;
    }

    private void AddFile(string parameter, string path)
    {
        _stamps[path] = Stamp(path);
        var pem = PemFile.Read(path);
        if (pem.Fault is { } fault) Report(parameter, $"cannot load Certification Authority data, {path}: {fault}");
        else if (!pem.Certificates.Any()) Report(parameter, $"cannot load Certification Authority data, {path}: there is no certificate in it");
        foreach (var certificate in pem.Certificates) OfFile.Add(certificate);
        All.AddRange(OfFile);
    }

    private void AddFolder(string parameter, string path)
    {
        _stamps[path] = Stamp(path);
        try
        {
            var files = Directory.GetFiles(path).Where(f => IsHashed(Path.GetFileName(f))).ToList();
            if (files.Count == 0)
            {
                Report(parameter, $"{path}: no file in it is named by the hash of a certificate (as 5ed36f99.0): run 'openssl rehash {path}'",
                    FaultSeverity.Warning);
            }
            foreach (var certificate in files.SelectMany(f => ReadHashed(parameter, f))) All.Add(certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = e is DirectoryNotFoundException ? "No such file or directory" : e.Message;
            Report(parameter, $"cannot load Certification Authority data, {path}: {reason}");
        }
    }

    private IEnumerable<X509Certificate2> ReadHashed(string parameter, string file)
    {
        var pem = PemFile.Read(file);
        if (pem.Fault is { } fault) Report(parameter, $"{file}: {fault}", FaultSeverity.Warning);
        return pem.Certificates;
    }

    private void AddSystem()
    {
        try
        {
            using var system = new X509Store(StoreName.Root, System.Security.Cryptography.X509Certificates.StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            All.AddRange(system.Certificates);
        }
        catch (CryptographicException e)
        {
            Report("tls_append_default_CA", $"the certificate authorities of the system cannot be read: {e.Message}");
        }
    }

    /// <summary>Eight digits of a hash, a dot, and a number (X509_LOOKUP_hash_dir(3)).</summary>
    private static bool IsHashed(string name) =>
        name.Length > 9 && name[8] == '.' && name.Take(8).All(char.IsAsciiHexDigitLower) && name.Skip(9).All(char.IsAsciiDigit);

    private static FileStamp Stamp(string path) =>
        Directory.Exists(path) ? new FileStamp(Directory.GetLastWriteTimeUtc(path), 0) : FileStamp.Of(path);

    private void Report(string parameter, string message, FaultSeverity severity = FaultSeverity.Error) =>
        _faults.Add(new ConfigFault(severity, "main.cf", 0, parameter, message));
}
