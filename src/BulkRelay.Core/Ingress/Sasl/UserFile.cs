using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>The relay's own file of users (<c>smtpd_sasl_user_file</c>): a name, a blank and the secret in each line.</summary>
public static class UserFile
{
    /// <summary>
    /// How often a password is hashed, RFC 7677 wants 4,096 at least: so often that guessing costs, and so seldom that a few hundred users
    /// get in within <see cref="SignIns"/>' patience when all of them come at once after a start.
    /// </summary>
    public const int Iterations = 100_000;

    /// <summary>The full path.</summary>
    public static string PathOf(ConfigSnapshot snapshot) =>
        Path.GetFullPath(snapshot.Get(SaslServerParameters.UserFile), snapshot.ConfigDirectory);

    /// <summary>
    /// Opens it. That it is missing, unsafe or partly unreadable does not keep the relay from starting: nobody can sign in by what is not
    /// there, and a file that comes later is used.
    /// </summary>
    internal static CredentialTable Open(SaslSetup setup)
    {
        var parameter = SaslServerParameters.UserFile.Name;
        var file = PathOf(setup.Snapshot);
        var tables = new LookupTableSet("texthash", setup.Tables.Time, setup.Tables.Warn);
        var secrets =
            new CredentialTable([tables.Open($"texthash:{file}")], allowsBare: false, setup.Hostname, setup.StandInKey, setup.Tables.Warn);
        if (!File.Exists(file))
        {
            setup.Warn(parameter, $"SASL authentication problem: unable to open {file}: No such file or directory: nobody can sign in. Create it with "
                + "`bulkrelay user add NAME`, or take users over from Cyrus SASL with `db_dump -p /etc/sasldb2 | bulkrelay user import`");
            return secrets;
        }
        if (IsReadableByOthers(file)) setup.Warn(parameter, $"{file} can be read by others: chmod o-rwx {file}");
        foreach (var fault in tables.Faults) setup.Faults.Add(fault with { Severity = FaultSeverity.Warning, Parameter = parameter });
        secrets.Check(parameter, setup.Faults.Add);
        return secrets;
    }

    private static bool IsReadableByOthers(string file) => (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0;
}
