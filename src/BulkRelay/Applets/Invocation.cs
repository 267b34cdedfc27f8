namespace BulkRelay.Server.Applets;

/// <summary>How the program was called.</summary>
internal static class Invocation
{
    /// <summary>
    /// argv[0] as the caller wrote it. The runtime replaces it by the path of the assembly, so it is read from the system;
    /// <c>BULKRELAY_ARGV0</c> goes before it for start scripts, which cannot pass it on otherwise.
    /// </summary>
    public static string ProgramName()
    {
        if (Environment.GetEnvironmentVariable("BULKRELAY_ARGV0") is { Length: > 0 } given) return given;
        try
        {
            var line = File.ReadAllText("/proc/self/cmdline");
            return line[..line.IndexOf('\0', StringComparison.Ordinal)];
        }
        catch (IOException)
        {
            return Environment.GetCommandLineArgs()[0];
        }
    }
}
