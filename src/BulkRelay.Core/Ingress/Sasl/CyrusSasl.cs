using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// What Cyrus SASL does, as its <c>smtpd.conf</c> sets it up: <c>pwcheck_method</c> names who checks passwords, <c>mech_list</c> the
/// mechanisms. The own file of users stands where Cyrus has its database (<c>auxprop</c>, sasldb2), which is not read here.
/// </summary>
internal static class CyrusSasl
{
    public static ISaslBackend? Make(SaslSetup setup)
    {
        var config = CyrusConfig.Find(setup.Snapshot, setup.Faults);
        var checks = new List<IPasswordCheck>();
        CredentialTable? secrets = null;
        foreach (var method in config.Words("pwcheck_method") ?? ["auxprop"])
        {
            switch (method.ToLowerInvariant())
            {
                case "saslauthd":
                    checks.Add(Saslauthd.At(Socket(setup, config, "saslauthd_path", Saslauthd.DefaultPath), setup.Service));
                    break;
                case "authdaemond":
                    checks.Add(Authdaemon.At(Socket(setup, config, "authdaemond_path", Authdaemon.DefaultPath), setup.Service));
                    break;
                case "auxprop" or "auxprop-hashed":
                    checks.Add(new TablePasswords(secrets ??= UserFile.Open(setup)));
                    break;
                default:
                    setup.Error(SaslServerParameters.Type.Name,
                        $"{config.File}: pwcheck_method '{method}' is not known here: use saslauthd, authdaemond or auxprop");
                    break;
            }
        }
        if (checks.Count == 0) return null;
        var allowed = config.Words("mech_list")?.Select(m => m.ToUpperInvariant()).ToHashSet(StringComparer.Ordinal);
        return new LocalSasl(checks, secrets, setup.Realm, setup.Hostname, allowed);
    }

    private static AuthSocket Socket(SaslSetup setup, CyrusConfig config, string name, string otherwise) =>
        AuthSocket.Unix(config.Find(name) is { Length: > 0 } path ? path : otherwise, setup.QueueDirectory);
}
