using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Faults;

/// <summary>The library that puts faults into a process (<c>faults.c</c>), compiled when it is first needed.</summary>
internal static class FaultLibrary
{
    private static readonly Lazy<Task<string>> Compiled = new(CompileAsync);

    /// <summary>The environment of a process with these faults; the names are without <c>FAULT_</c>.</summary>
    public static async Task<Dictionary<string, string>> WithAsync(params (string Name, string Value)[] faults)
    {
        var environment = faults.ToDictionary(fault => $"FAULT_{fault.Name}", fault => fault.Value);
        environment["LD_PRELOAD"] = await Compiled.Value;
        return environment;
    }

    private static async Task<string> CompileAsync()
    {
        var library = Path.Combine(AppContext.BaseDirectory, $"faults-{Environment.ProcessId}.so");
        var source = Path.Combine(AppContext.BaseDirectory, "Faults", "faults.c");
        (await Tool.RunAsync("gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl"])).Succeeded();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(library);
        return library;
    }
}
