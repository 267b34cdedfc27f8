using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Tls;

/// <summary>The names in a certificate, and whether they are the one that is wanted (RFC 6125, with Postfix's extensions).</summary>
public static class CertificateNames
{
    private const string CommonNameOid = "2.5.4.3";

    /// <summary>The common name of the subject, unprintable characters replaced by <c>?</c>; empty if there is none.</summary>
    public static string SubjectCommonName(X509Certificate2 certificate) => Printable(CommonName(certificate.SubjectName));

    /// <summary>The common name of the issuer, unprintable characters replaced by <c>?</c>; empty if there is none.</summary>
    public static string IssuerCommonName(X509Certificate2 certificate) => Printable(CommonName(certificate.IssuerName));

    /// <summary>
    /// The host names that the certificate is for: its DNS names, or the common name if it has none of those. A name with characters that
    /// no host name has is left out: it could be made to look like another.
    /// </summary>
    public static IReadOnlyList<string> HostNames(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => All(e.EnumerateDnsNames)).ToList();
        if (names.Count == 0) names.Add(CommonName(certificate.SubjectName));
        return [.. names.Where(n => n.Length > 0 && n.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '*'))];
    }

    /// <summary>The IP addresses that the certificate is for (RFC 5280 section 4.2.1.6, <c>iPAddress</c>).</summary>
    public static IReadOnlyList<IPAddress> Addresses(X509Certificate2 certificate) =>
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => All(e.EnumerateIPAddresses))];

    /// <summary>Whether a certificate with that name is for the wanted one.</summary>
    /// <param name="name">A name of <see cref="HostNames"/>: a host, or <c>*.domain</c>.</param>
    /// <param name="wanted">A host, or with a leading dot any host below that domain.</param>
    /// <param name="wildcardSpansLabels">Whether <c>*</c> stands for several labels (<c>tls_wildcard_matches_multiple_labels</c>).</param>
    public static bool Matches(string name, string wanted, bool wildcardSpansLabels)
    {
        name = name.TrimEnd('.');
        wanted = wanted.TrimEnd('.');
        if (wanted.StartsWith('.'))
            return !name.Contains('*', StringComparison.Ordinal) ? IsBelow(name, wanted) : name.StartsWith("*.", StringComparison.Ordinal)
                && name.LastIndexOf('*') == 0 && (IsBelow(name, wanted) || name[1..].Equals(wanted, StringComparison.OrdinalIgnoreCase));
        if (name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) return !name.Contains('*', StringComparison.Ordinal);
        if (!name.StartsWith("*.", StringComparison.Ordinal) || name.LastIndexOf('*') > 0) return false;
        var domain = name[1..];
        // "*.com" would be half the world.
        if (domain.IndexOf('.', 1) < 0 || !IsBelow(wanted, domain)) return false;
        return wildcardSpansLabels || !wanted.AsSpan(0, wanted.Length - domain.Length).Contains('.');
    }

    private static bool IsBelow(string host, string dotDomain) =>
        host.Length > dotDomain.Length && host.EndsWith(dotDomain, StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<T> All<T>(Func<IEnumerable<T>> names)
    {
        try
        {
            return [.. names()];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private static string CommonName(X500DistinguishedName name)
    {
        try
        {
            foreach (var part in name.EnumerateRelativeDistinguishedNames(reversed: false))
                if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid) return part.GetSingleElementValue() ?? "";
        }
        catch (CryptographicException)
        {
            // A name that cannot be read is no name.
        }
        return "";
    }

    private static string Printable(string text) =>
        string.Create(Math.Min(text.Length, 256), text, static (safe, raw) =>
        {
            for (var i = 0; i < safe.Length; i++) safe[i] = raw[i] is >= ' ' and < (char)127 and not '"' and not '\\' ? raw[i] : '?';
        });
}
