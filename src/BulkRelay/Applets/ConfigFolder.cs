using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;

namespace BulkRelay.Server.Applets;

/// <summary>Finds and reads the configuration that a command works with.</summary>
internal static class ConfigFolder
{
    /// <summary>The folder of an installed relay.</summary>
    public const string Installed = "/etc/bulkrelay";

    /// <summary>
    /// The variables of the environment that name the folder, the strongest first: Postfix's, and that of <c>ops/bulkrelay</c> in a checkout.
    /// </summary>
    private static readonly string[] Variables = ["MAIL_CONFIG", "BULKRELAY_config_directory"];

    /// <summary>
    /// The full path of the folder that a command works with: what its option <c>-c</c> says (null for no option), what the environment says,
    /// <see cref="Installed"/>.
    /// </summary>
    public static string Of(string? option) => Of(option, Environment.GetEnvironmentVariable);

    /// <summary>The same with an environment of its own.</summary>
    internal static string Of(string? option, Func<string, string?> environment)
    {
        var folder = option ?? Variables.Select(environment).FirstOrDefault(v => v is { Length: > 0 }) ?? Installed;
        // An empty option (a variable of a script that is not set, say) does not mean the folder of another relay.
        return Path.GetFullPath(folder.Length > 0 ? folder : "/");
    }

    /// <summary>Reads the configuration of the folder that <see cref="Of(string)"/> gives. Null after it has printed every error.</summary>
    /// <param name="option">The folder; null for the default.</param>
    /// <param name="options">The values of <c>-o</c> options.</param>
    /// <param name="error">Where faults are printed.</param>
    /// <param name="least">The least severity of what is printed when there are errors.</param>
    public static LiveConfiguration? Open(
        string? option, IEnumerable<string> options, TextWriter error, FaultSeverity least = FaultSeverity.Error)
    {
        var folder = Of(option);
        var overrides = new ConfigOverrides(options, Environment.GetEnvironmentVariables());
        if (LiveConfiguration.Open(folder, overrides, out _) is { } live) return live;
        foreach (var fault in FindFaults(folder, overrides).Where(f => f.Severity >= least)) error.WriteLine(fault);
        return null;
    }

    /// <summary>All that is wrong with a configuration, also what shows only when tables and lists are opened; sorted by file and line.</summary>
    public static IReadOnlyList<ConfigFault> FindFaults(string folder, ConfigOverrides overrides)
    {
        var load = ConfigLoader.Load(folder, overrides);
        using var log = new MailLog(() => Stream.Null, "check", TimeProvider.System);
        return ConfigFault.Sort(load.Faults.Concat(Relay.Check(load.Draft, log, TimeProvider.System)));
    }

    /// <summary>The full path of the queue directory.</summary>
    public static string QueueDirectory(ConfigSnapshot snapshot) => snapshot.Get(MainParameters.QueueDirectory);
}
