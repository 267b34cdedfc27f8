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
    /// <summary>Above the bits of all protocols.</summary>
    private const int ServiceUnit = 65536;
    private const int MostServices = 1 << 14;

    private static readonly Dictionary<string, int> Services = new(StringComparer.Ordinal);

    /// <summary>
    /// The protocols, marked with a number for the service. The TLS stack shares session tickets among all streams of one certificate and
    /// one value of this, and looks at no other bits of it than those of protocols: so a ticket holds for the service that issued it alone.
    /// </summary>
    public SslProtocols ProtocolsOfService { get; private init; }

    /// <summary>Reads them from the configuration.</summary>
    public static TlsServerSettings Compile(ConfigSnapshot snapshot, TlsServer tls, ICollection<ConfigFault> faults)
    {
        var protocols = ProtocolsOf(snapshot, tls.IsRequired, faults);
        // A session that is taken up again shows no certificate, so that its issuers could not be looked at.
        var mayResume = !tls.AsksForCertificate && snapshot.Get(SmtpdTlsParameters.AlwaysIssueSessionIds)
            && snapshot.Get(SmtpdTlsParameters.SessionCacheTimeout) > TimeSpan.Zero;
        var ciphers = DemandOf(snapshot, tls.IsRequired, faults).ToPolicy(snapshot, faults);
        return new TlsServerSettings(protocols, ciphers, mayResume, tls.AsksForCertificate)
        {
            ProtocolsOfService = (SslProtocols)((int)protocols + ServiceUnit * NumberOf(snapshot.FindText("service_name") ?? "")),
        };
    }

    private static int NumberOf(string service)
    {
        lock (Services)
        {
            if (!Services.TryGetValue(service, out var number)) Services[service] = number = 1 + Services.Count % MostServices;
            return number;
        }
    }

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
