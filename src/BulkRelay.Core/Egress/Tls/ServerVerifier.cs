using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// Judges the certificate of a server by a policy. The complaints are Postfix's, without the server's name: it is put in at <c>{0}</c>.
/// </summary>
/// <param name="policy">What is asked for.</param>
/// <param name="digest">The digest of fingerprints.</param>
/// <param name="depth">The most certificates above the server's own.</param>
/// <param name="wildcardSpansLabels">Whether <c>*</c> in a certificate stands for several labels.</param>
internal sealed class ServerVerifier(TlsPolicy policy, HashAlgorithmName digest, int depth, bool wildcardSpansLabels)
{
    private const X509ChainStatusFlags Unanchored = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>Judges.</summary>
    /// <param name="chain">The certificates from the server's own upwards, as they were built with the authorities of the service.</param>
    /// <param name="host">The server's name, as <c>hostname</c> stands for it.</param>
    /// <param name="nexthop">The domain of the destination, as <c>nexthop</c> stands for it.</param>
    public ServerVerdict Judge(X509Chain chain, string host, string nexthop)
    {
        var certificate = chain.ChainElements[0].Certificate;
        var complaint = FindFault(chain);
        var isTrusted = complaint is null;
        if (policy.Level == TlsSecurityLevel.Fingerprint)
        {
            var isKnown = HasFingerprint(certificate);
            return new ServerVerdict(isTrusted, isKnown, isKnown ? null : "certificate verification failed for {0}: not trusted by local or TLSA policy");
        }
        if (!policy.IsAuthenticated || !isTrusted) return new ServerVerdict(isTrusted, false, complaint);
        var isMatched = HasName(certificate, host, nexthop);
        return new ServerVerdict(true, isMatched, isMatched ? null : "server certificate verification failed for {0}: num=62:hostname mismatch");
    }

    private bool HasFingerprint(X509Certificate2 certificate)
    {
        var (whole, key) = (Bare(Fingerprint.OfCertificate(certificate, digest)), Bare(Fingerprint.OfPublicKey(certificate, digest)));
        return policy.Match.Any(f => Fingerprint.Matches(Bare(f), whole) || Fingerprint.Matches(Bare(f), key));
    }

    private static string Bare(string fingerprint) => fingerprint.Replace(":", "", StringComparison.Ordinal);

    private bool HasName(X509Certificate2 certificate, string host, string nexthop)
    {
        var (names, addresses) = (CertificateNames.HostNames(certificate), CertificateNames.Addresses(certificate));
        return policy.Match.Select(m => Wanted(m, host, nexthop)).Where(w => w.Trim('.').Length > 0).Any(IsShown);

        // The parts of an address are no labels: no wildcard stands for them.
        bool IsShown(string wanted) => AddressLiteral.Parse(wanted) is { } address
            ? addresses.Contains(address) || names.Contains(wanted, StringComparer.OrdinalIgnoreCase)
            : names.Any(name => CertificateNames.Matches(name, wanted, wildcardSpansLabels));
    }

    private static string Wanted(string match, string host, string nexthop) => match.ToLowerInvariant() switch
    {
        "hostname" => host,
        "nexthop" => nexthop,
        "dot-nexthop" => "." + nexthop,
        var name => name,
    };

    private string? FindFault(X509Chain chain)
    {
        var elements = chain.ChainElements;
        var anchor = policy.Anchors is null ? -1 : Enumerable.Range(0, elements.Count).FirstOrDefault(i => policy.Anchors.Contains(elements[i].Certificate), -1);
        // What stands above an anchor does not matter; the anchor itself may have expired, unless it is the server's own.
        var last = anchor < 0 ? elements.Count - 1 : anchor;
        for (var i = 0; i <= last; i++)
        {
            var status = elements[i].ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
            if (i == anchor) status &= ~(Unanchored | (i > 0 ? X509ChainStatusFlags.NotTimeValid : 0));
            else if (anchor >= 0) status &= ~X509ChainStatusFlags.PartialChain;
            if (status != X509ChainStatusFlags.NoError) return Describe(elements, i, status);
        }
        if (policy.Anchors is not null && anchor < 0) return "certificate verification failed for {0}: not trusted by local or TLSA policy";
        if (last > depth) return $"certificate verification failed for {{0}}: certificate chain longer than limit({depth})";
        // A status of the whole chain that no element has.
        var whole = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
        return anchor >= 0 || whole == X509ChainStatusFlags.NoError ? null : Describe(elements, elements.Count - 1, whole);
    }

    private static string Describe(X509ChainElementCollection elements, int at, X509ChainStatusFlags status)
    {
        var (certificate, whose) = (elements[at].Certificate, at > 0 ? "CA" : "server");
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return $"{whose} certificate verification failed for {{0}}: certificate {(certificate.NotBefore > DateTime.Now ? "not yet valid" : "has expired")}";
        if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid))
            return $"{whose} certificate verification failed for {{0}}: num=7:certificate signature failure";
        if ((status & Unanchored) != 0)
            return elements.Count == 1 && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
                ? "certificate verification failed for {0}: self-signed certificate"
                : $"certificate verification failed for {{0}}: untrusted issuer {OneLine(elements[^1].Certificate.IssuerName)}";
        return status.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? $"certificate verification failed for {{0}}: not designated for use as a {whose} certificate"
            : $"{whose} certificate verification failed for {{0}}: {status}";
    }

    /// <summary>As OpenSSL writes it: <c>/O=Example/CN=Example Root</c>.</summary>
    private static string OneLine(X500DistinguishedName name)
    {
        var line = new StringBuilder();
        foreach (var part in name.Name.Split(", ").Reverse()) line.Append('/').Append(part);
        for (var i = 0; i < line.Length; i++)
            if (line[i] is < ' ' or > '~' or '{' or '}') line[i] = '?';
        return line.Length > 256 ? line.ToString(0, 256) : line.ToString();
    }
}
