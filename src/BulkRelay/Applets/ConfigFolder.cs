namespace BulkRelay.Server.Applets;

/// <summary>Where the configuration is when <c>-c DIR</c> does not say it.</summary>
internal static class ConfigFolder
{
    /// <summary>The folder of an installed relay.</summary>
    public const string Installed = "/etc/bulkrelay";

    /// <summary>The environment's <c>BULKRELAY_config_directory</c> (set by <c>ops/bulkrelay</c> in a checkout), or <see cref="Installed"/>.</summary>
    public static string Default =>
        Environment.GetEnvironmentVariable("BULKRELAY_config_directory") is { Length: > 0 } given ? given : Installed;
}
