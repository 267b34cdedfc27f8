using System.Globalization;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Makes a process stand still, as a machine without power does.</summary>
internal static class FrozenProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>SIGSTOP, and waits until no thread of the process runs or is in a system call that had begun before.</summary>
    /// <exception cref="TimeoutException">One still is.</exception>
    public static async Task FreezeAsync(int process)
    {
        (await Tool.RunAsync("kill", ["-STOP", process.ToString(CultureInfo.InvariantCulture)])).Succeeded();
        var limit = DateTime.UtcNow + Patience;
        while (!Directory.GetDirectories($"/proc/{process}/task").All(IsStopped))
        {
            if (DateTime.UtcNow > limit) throw new TimeoutException($"process {process} does not stand still");
            await Task.Yield();
        }
    }

    /// <summary>SIGCONT: it goes on as if nothing had happened.</summary>
    public static async Task ThawAsync(int process) =>
        (await Tool.RunAsync("kill", ["-CONT", process.ToString(CultureInfo.InvariantCulture)])).Succeeded();

    /// <summary>proc(5): the state is the first field behind the name, which is in parentheses and may hold anything. A thread may have ended meanwhile.</summary>
    private static bool IsStopped(string thread)
    {
        try
        {
            var status = File.ReadAllText(Path.Combine(thread, "stat"));
            return status[status.LastIndexOf(')') + 2] is 'T' or 'Z' or 'X';
        }
        catch (Exception e) when (e is IOException)
        {
            return true;
        }
    }
}
