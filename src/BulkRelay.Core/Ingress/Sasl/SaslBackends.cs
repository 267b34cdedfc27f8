using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>Makes a back end; null after it has recorded why that cannot be.</summary>
internal delegate ISaslBackend? SaslBackendFactory(SaslSetup setup);

/// <summary>All that can know the users: one row for each value of <c>smtpd_sasl_type</c>.</summary>
public static class SaslBackends
{
    internal static readonly IReadOnlyDictionary<string, SaslBackendFactory> ByType = new Dictionary<string, SaslBackendFactory>(StringComparer.OrdinalIgnoreCase)
    {
        ["cyrus"] = CyrusSasl.Make,
        ["dovecot"] = DovecotSasl.Make,
        ["bulkrelay"] = setup => setup.Local(UserFile.Open(setup)),
        ["table"] = MakeTable,
    };

    /// <summary>The values of <c>smtpd_sasl_type</c>, in alphabetic order.</summary>
    public static IEnumerable<string> Types => ByType.Keys.Order(StringComparer.Ordinal);

    private static LocalSasl? MakeTable(SaslSetup setup)
    {
        if (!setup.Path.Contains(':', StringComparison.Ordinal))
        {
            setup.Error(SaslServerParameters.Path.Name, "with smtpd_sasl_type = table this names the tables of users and passwords, "
                + $"such as texthash:/etc/bulkrelay/users, not '{setup.Path}'");
            return null;
        }
        var tables = setup.Tables.OpenAll(setup.Path, SaslServerParameters.Path.Name);
        var secrets = new CredentialTable(tables, allowsBare: true, setup.Hostname, setup.StandInKey, setup.Tables.Warn);
        secrets.Check(SaslServerParameters.Path.Name, setup.Faults.Add);
        return setup.Local(secrets);
    }
}
