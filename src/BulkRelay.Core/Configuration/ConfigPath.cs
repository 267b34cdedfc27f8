namespace BulkRelay.Core.Configuration;

/// <summary>
/// Names of files in the configuration: a relative one counts from the folder of the configuration, wherever the program was started.
/// </summary>
internal static class ConfigPath
{
    /// <summary>The full path. Empty, or what can be no path, stays as it is.</summary>
    public static string Of(string name, string folder) =>
        name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) ? name : Path.GetFullPath(name, folder);
}
