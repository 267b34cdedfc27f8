using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

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
    public static LiveConfiguration? Open(string? option, IEnumerable<string> overrides, TextWriter error)
    {
        var folder = Path.GetFullPath(option ?? Default);
        var live = LiveConfiguration.Open(folder, new ConfigOverrides(overrides, Environment.GetEnvironmentVariables()), out var faults);
        foreach (var fault in faults.Where(f => f.Severity == FaultSeverity.Error)) error.WriteLine(fault);
        return live;
    }

    /// <summary>The full path of the queue directory.</summary>
    public static string QueueDirectory(ConfigSnapshot snapshot) => Path.GetFullPath(snapshot.Get(MainParameters.QueueDirectory), snapshot.ConfigDirectory);
}
