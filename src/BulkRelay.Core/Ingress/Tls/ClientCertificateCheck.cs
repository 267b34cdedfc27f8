using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>What the verification of a client's certificate gave. A stream of type <see cref="NotingSslStream"/> carries it.</summary>
/// <param name="IsTrusted">True if the chain leads to a trusted authority.</param>
/// <param name="Depth">How many issuers stand above it.</param>
/// <param name="Problem">Why it is not trusted, in the words of the TLS stack; empty if it is.</param>
internal sealed record ClientCertificateCheck(bool IsTrusted, int Depth, string Problem)
{
    /// <summary>Notes the result on the stream and lets the handshake go on, whatever it is.</summary>
    public static bool Note(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null) return true;
        var isTrusted = (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0;
        var problem = isTrusted ? "" : chain?.ChainStatus.Select(s => s.StatusInformation.Trim()).FirstOrDefault(s => s.Length > 0) ?? "not trusted";
        ((NotingSslStream)sender).Check = new ClientCertificateCheck(isTrusted, (chain?.ChainElements.Count ?? 1) - 1, problem);
        return true;
    }
}
