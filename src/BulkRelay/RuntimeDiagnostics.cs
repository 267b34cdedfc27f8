using System.Globalization;

namespace BulkRelay.Server;

/// <summary>
/// The ways into the process that the runtime opens for debuggers and tracers: two pipes and a socket in the temporary folder, which a
/// killed process leaves there. They are shut unless the environment asks for them with <c>DOTNET_EnableDiagnostics=1</c>.
/// </summary>
internal static class RuntimeDiagnostics
{
    private const string Switch = "DOTNET_EnableDiagnostics";

    /// <summary>Where the start time of the process stands in <c>/proc/self/stat</c>, counted from behind the name of the program.</summary>
    private const int StartTime = 19;

    /// <summary>Takes the files away, so that nobody can connect. The runtime reads its switch before any code of ours runs.</summary>
    public static void Shut()
    {
        if (Environment.GetEnvironmentVariable(Switch) is { Length: > 0 }) return;
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            var start = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTime];
            var process = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{start}");
            foreach (var name in new[] { $"clr-debug-pipe-{process}-in", $"clr-debug-pipe-{process}-out", $"dotnet-diagnostic-{process}-socket" })
                File.Delete(Path.Combine(Path.GetTempPath(), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // Without them the program does its work all the same.
        }
    }
}
