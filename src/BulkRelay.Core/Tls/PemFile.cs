using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Tls;

/// <summary>The certificates and private keys of one PEM file, in its order.</summary>
internal sealed class PemFile
{
    private PemFile(IReadOnlyList<object> items, string? fault)
    {
        Items = items;
        Fault = fault;
    }

    /// <summary>Each an <see cref="X509Certificate2"/>, an <see cref="RSA"/> or an <see cref="ECDsa"/>.</summary>
    public IReadOnlyList<object> Items { get; }

    /// <summary>Why the file cannot be used; null if it can. Holds nothing of its content.</summary>
    public string? Fault { get; }

    /// <summary>The certificates.</summary>
    public IEnumerable<X509Certificate2> Certificates => Items.OfType<X509Certificate2>();

    /// <summary>The private keys.</summary>
    public IEnumerable<AsymmetricAlgorithm> Keys => Items.OfType<AsymmetricAlgorithm>();

    /// <summary>Reads a file. Never throws: what is wrong is in <see cref="Fault"/>.</summary>
    public static PemFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new PemFile([], e is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : e.Message);
        }
    }

    /// <summary>Reads a text in PEM form.</summary>
    public static PemFile Parse(string text)
    {
        var items = new List<object>();
        // A header of the old encryption hides the key from the reader of PEM.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)) return Encrypted(items);
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            var label = rest[fields.Label].ToString();
            if (label == "ENCRYPTED PRIVATE KEY") return Encrypted(items);
            try
            {
                if (ReadItem(label, rest[fields.Location]) is { } item) items.Add(item);
            }
            catch (CryptographicException)
            {
                return new PemFile(items, $"the {label} in it cannot be read: only RSA and EC (P-256, P-384, P-521) can be used");
            }
        }
        return new PemFile(items, items.Count == 0 ? "there is no certificate or key in PEM form in it" : null);
    }

    private static PemFile Encrypted(List<object> items) =>
        new(items, "its private key is encrypted: nobody could type the password at start-up; decrypt it with 'openssl pkey'");

    private static object? ReadItem(string label, ReadOnlySpan<char> pem) => label switch
    {
        "CERTIFICATE" or "X509 CERTIFICATE" or "TRUSTED CERTIFICATE" => X509Certificate2.CreateFromPem(pem),
        "RSA PRIVATE KEY" => ImportRsa(pem),
        "EC PRIVATE KEY" => ImportEc(pem),
        "PRIVATE KEY" => ImportAny(pem),
        _ => null,
    };

    private static AsymmetricAlgorithm ImportAny(ReadOnlySpan<char> pem)
    {
        try
        {
            return ImportRsa(pem);
        }
        catch (CryptographicException)
        {
            return ImportEc(pem);
        }
    }

    private static RSA ImportRsa(ReadOnlySpan<char> pem)
    {
        var key = RSA.Create();
        key.ImportFromPem(pem);
        return key;
    }

    private static ECDsa ImportEc(ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }
}
