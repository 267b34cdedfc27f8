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

    /// <summary>The environment's <c>BULKRELAY_config_directory</c> (set by <c>ops/bulkrelay</c> in a checkout), or <see cref="Installed"/>.</summary>
    public static string Default =>
        Environment.GetEnvironmentVariable("BULKRELAY_config_directory") is { Length: > 0 } given ? given : Installed;

    /// <summary>Reads the configuration of the folder that <c>-c</c> names, or of <see cref="Default"/>. Null after it has printed every error.</summary>
    /// <param name="option">The folder; null for the default.</param>
    /// <param name="options">The values of <c>-o</c> options.</param>
    /// <param name="error">Where faults are printed.</param>
    /// <param name="least">The least severity of what is printed when there are errors.</param>
    public static LiveConfiguration? Open(
        string? option, IEnumerable<string> options, TextWriter error, FaultSeverity least = FaultSeverity.Error)
    {
        var folder = Path.GetFullPath(option ?? Default);
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
