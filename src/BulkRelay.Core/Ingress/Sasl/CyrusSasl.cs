using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// What Cyrus SASL does, as its <c>smtpd.conf</c> sets it up: <c>pwcheck_method</c> names who checks passwords, <c>mech_list</c> the
/// mechanisms. The own file of users stands where Cyrus has its database (<c>auxprop</c>, sasldb2), which is not read here.
/// </summary>
internal static class CyrusSasl
{
    private const string MethodName = "pwcheck_method";

    public static ISaslBackend? Make(SaslSetup setup)
    {
        var config = CyrusConfig.Find(setup.Snapshot, setup.Faults);
        var checks = new List<IPasswordCheck>();
        CredentialTable? secrets = null;
        foreach (var method in config.Words(MethodName) ?? ["auxprop"])
        {
            switch (method.ToLowerInvariant())
            {
                case "saslauthd":
                    if (Socket(setup, config, "saslauthd", Saslauthd.DefaultPath) is { } saslauthd) checks.Add(Saslauthd.At(saslauthd, setup.Service));
                    break;
                case "authdaemond":
                    if (Socket(setup, config, "authdaemond", Authdaemon.DefaultPath) is { } authdaemond) checks.Add(Authdaemon.At(authdaemond, setup.Service));
                    break;
                case "auxprop" or "auxprop-hashed":
                    checks.Add(new TablePasswords(secrets ??= UserFile.Open(setup)));
                    break;
                default:
                    setup.Faults.Add(new ConfigFault(FaultSeverity.Error, config.File, config.LineOf(MethodName), MethodName,
                        $"'{method}' is not known here: use saslauthd, authdaemond or auxprop"));
                    break;
            }
        }
        if (checks.Count == 0) return null;
        var allowed = config.Words("mech_list")?.Select(m => m.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        return new LocalSasl(checks, secrets, setup.Realm, setup.Hostname, allowed);
    }

    /// <summary>Where a daemon listens; null if it can listen nowhere, which is recorded.</summary>
    private static AuthSocket? Socket(SaslSetup setup, CyrusConfig config, string program, string otherwise)
    {
        var name = $"{program}_path";
        var given = config.Find(name) is { Length: > 0 } path ? path : null;
        var socket = AuthSocket.Unix(given ?? otherwise, setup.QueueDirectory);
        var setting = given is null ? MethodName : name;
        return setup.Asks(program, socket, setting, config.File, config.LineOf(setting)) ? socket : null;
    }
}
