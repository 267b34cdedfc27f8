using System.Net.Security;
using System.Security.Authentication;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Tls;

/// <summary>What all handshakes of a service have in common, whatever certificate they are made with.</summary>
/// <param name="Protocols">The protocols.</param>
/// <param name="Ciphers">The suites; null for the TLS stack's own list.</param>
/// <param name="MayResume">Whether sessions can be taken up again.</param>
/// <param name="AsksForCertificate">Whether the client is asked for a certificate.</param>
internal sealed record TlsServerSettings(SslProtocols Protocols, CipherSuitesPolicy? Ciphers, bool MayResume, bool AsksForCertificate)
{
    /// <summary>Reads them from the configuration.</summary>
    public static TlsServerSettings Compile(ConfigSnapshot snapshot, TlsServer tls, ICollection<ConfigFault> faults) => new(
        ProtocolsOf(snapshot, tls.IsRequired, faults), DemandOf(snapshot, tls.IsRequired, faults).ToPolicy(snapshot, faults),
        // A session that is taken up again shows no certificate, so that its issuers could not be looked at.
        !tls.AsksForCertificate && snapshot.Get(SmtpdTlsParameters.AlwaysIssueSessionIds)
            && snapshot.Get(SmtpdTlsParameters.SessionCacheTimeout) > TimeSpan.Zero,
        tls.AsksForCertificate);

    private static SslProtocols ProtocolsOf(ConfigSnapshot snapshot, bool isRequired, ICollection<ConfigFault> faults)
    {
        var parameter = isRequired ? SmtpdTlsParameters.MandatoryProtocols : SmtpdTlsParameters.Protocols;
        var warnings = new List<string>();
        var protocols = ProtocolList.Parse(snapshot.Get(parameter), warnings);
        foreach (var warning in warnings) Report(faults, FaultSeverity.Warning, parameter.Name, warning);
        if (protocols == SslProtocols.None)
            Report(faults, FaultSeverity.Error, parameter.Name, $"'{snapshot.Get(parameter)}' leaves no protocol: there are TLSv1.2 and TLSv1.3");
        return protocols;
    }

    private static CipherDemand DemandOf(ConfigSnapshot snapshot, bool isRequired, ICollection<ConfigFault> faults)
    {
        var grade = isRequired ? SmtpdTlsParameters.MandatoryCiphers : SmtpdTlsParameters.Ciphers;
        var exclusions = new List<(string, string)> { Exclusion(SmtpdTlsParameters.ExcludeCiphers) };
        if (isRequired) exclusions.Add(Exclusion(SmtpdTlsParameters.MandatoryExcludeCiphers));
        var curves = snapshot.Get(SmtpdTlsParameters.EecdhGrade).ToLowerInvariant();
        if (curves == "none") exclusions.Add((SmtpdTlsParameters.EecdhGrade.Name, "kECDHE"));
        if (curves is not ("none" or "auto" or "strong" or "ultra"))
        {
            Report(faults, FaultSeverity.Error, SmtpdTlsParameters.EecdhGrade.Name,
                $"unknown grade '{curves}': use one of auto, strong, ultra, none");
        }
        return new CipherDemand(grade.Name, snapshot.Get(grade), exclusions) { MustBeForwardSecret = curves is "strong" or "ultra" };

        (string, string) Exclusion(Parameter<string> parameter) => (parameter.Name, snapshot.Get(parameter));
    }

    private static void Report(ICollection<ConfigFault> faults, FaultSeverity severity, string parameter, string message) =>
        faults.Add(new ConfigFault(severity, "main.cf", 0, parameter, message));
}
