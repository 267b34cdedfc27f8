using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress.Sasl.OAuth;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>What can be found wrong with the sign-in of a service before it is used.</summary>
internal static class SaslCheck
{
    /// <summary>Reports faults to the tables.</summary>
    public static void Run(SaslClientParameters parameters, ConfigSnapshot config, LookupTableSet tables)
    {
        var logins = config.Get(parameters.PasswordMaps);
        if (logins.Length == 0)
            Report(FaultSeverity.Error, parameters.PasswordMaps, $"{parameters.AuthEnable.Name} is on: specify a password table, as in hash:/etc/bulkrelay/sasl_passwd");
        foreach (var table in tables.OpenAll(logins, parameters.PasswordMaps.Name))
        {
            if (SecretFile.Warning(config.PathOf(FileOf(table))) is { } warning)
                Report(FaultSeverity.Warning, parameters.PasswordMaps, warning);
            // The value is a secret: it is never told.
            new TableCheck().Run(tables.Report, parameters.PasswordMaps.Name, [table], value => SaslLogin.TryParse(value) is null ? "not of the form user:password" : null);
        }
        foreach (var table in tables.OpenAll(config.Get(parameters.TokenMaps), parameters.TokenMaps.Name))
            foreach (var (user, value) in Entries(table)) CheckTokens(user, value);

        void CheckTokens(string user, string value)
        {
            if (OAuthClient.TryParse(user, value, config.PathOf, out var fault) is not { } client)
            {
                Report(FaultSeverity.Error, parameters.TokenMaps, $"the entry for {user}: {fault}");
                return;
            }
            foreach (var file in client.Files)
            {
                if (SecretFile.Read(file, out var missing) is null) Report(FaultSeverity.Warning, parameters.TokenMaps, $"the entry for {user}: {missing}");
                else if (SecretFile.Warning(file) is { } warning) Report(FaultSeverity.Warning, parameters.TokenMaps, $"the entry for {user}: {warning}");
            }
        }

        void Report(FaultSeverity severity, Parameter parameter, string message) =>
            tables.Report(new ConfigFault(severity, tables.Origin, 0, parameter.Name, message));
    }

    private static IEnumerable<KeyValuePair<string, string>> Entries(ILookupTable table) => (table as TextTable)?.Content ?? Enumerable.Empty<KeyValuePair<string, string>>();

    /// <summary>The file of a table that is named by one; of another table, something that is none.</summary>
    private static string FileOf(ILookupTable table) => table.Name[(table.Name.LastIndexOf(':') + 1)..];
}
