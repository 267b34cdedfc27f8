using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary><c>postfix</c>: the words with which people steer a Postfix, for what of them has a meaning here.</summary>
internal static class PostfixApplet
{
    private const string Script = "postfix/postfix-script";

    private const string Usage = "postfix [-c config_dir] [-v] command";

    private const int SigTerm = 15;

    /// <summary>How long a stop may take: deliveries under way end first.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(3);

    private static readonly Dictionary<string, Func<string[], TextWriter, TextWriter, Task<int>>> Commands = new(StringComparer.Ordinal)
    {
        ["start"] = (config, _, error) => StartAsync(config, error),
        ["start-fg"] = RunApplet.RunAsync,
        ["stop"] = StopAsync,
        ["abort"] = StopAsync,
        ["flush"] = (config, output, error) => Postqueue.RunAsync(["-f", .. config], output, error),
        ["reload"] = ReloadAsync,
        ["status"] = StatusAsync,
        ["check"] = (config, _, error) => CheckAsync(config, error),
    };

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postfix", Usage, 1, output, error);
        if (!tool.TryParse(args, "c:v", out var options, out var status)) return Task.FromResult(status);
        if (options.Arguments is not [var word, ..]) return Task.FromResult(tool.BadUsage());
        if (!Commands.TryGetValue(word, out var run))
            return Task.FromResult(tool.Fatal($"unknown command: '{word}'. Usage: postfix {string.Join('|', Commands.Keys)}"));
        return run(options.Value('c') is { } folder ? ["-c", folder] : [], output, error);
    }

    private static async Task<int> StartAsync(string[] config, TextWriter error)
    {
        if (await FindAsync(config, error) is { } running) return Fatal($"the BulkRelay mail system is already running: PID {running.Pid}", error);
        return Fatal("it runs in the foreground, under the eyes of whatever starts it: `bulkrelay run`, or the service of the package", error);
    }

    private static async Task<int> StopAsync(string[] config, TextWriter output, TextWriter error)
    {
        if (await FindAsync(config, error) is not { } status) return Fatal("the BulkRelay mail system is not running", error);
        Say("stopping the BulkRelay mail system", error);
        if (Kill(status.Pid, SigTerm) != 0)
            return Fatal($"process {status.Pid} cannot be stopped: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}", error);
        return await EndAsync(status.Pid) ? 0 : Fatal($"process {status.Pid} has not ended yet: deliveries are still under way", error);
    }

    private static async Task<int> ReloadAsync(string[] config, TextWriter output, TextWriter error)
    {
        if (await FindAsync(config, error) is null) return Fatal("the BulkRelay mail system is not running", error);
        Say("refreshing the BulkRelay mail system", error);
        return await ReloadApplet.RunAsync(config, output, error);
    }

    private static async Task<int> StatusAsync(string[] config, TextWriter output, TextWriter error)
    {
        if (await FindAsync(config, error) is not { } status)
        {
            Say("the BulkRelay mail system is not running", error);
            return 1;
        }
        Say($"the BulkRelay mail system is running: PID: {status.Pid.ToString(CultureInfo.InvariantCulture)}", error);
        return 0;
    }

    /// <summary>As Postfix's: silent when all is well.</summary>
    private static async Task<int> CheckAsync(string[] config, TextWriter error)
    {
        using var report = new StringWriter(CultureInfo.InvariantCulture);
        var status = await CheckApplet.RunAsync(config, report, error);
        if (status != 0) await error.WriteAsync(report.ToString());
        return status;
    }

    /// <summary>The relay that runs on the queue of the configuration; null if none does.</summary>
    private static async Task<RelayStatus?> FindAsync(string[] config, TextWriter error)
    {
        if (ConfigFolder.Open(config.ElementAtOrDefault(1), [], error) is not { } configuration) return null;
        try
        {
            await using var client = ControlSocket.Connect(RelayFinder.QueueDirectory(configuration.Current));
            return client is null ? null : await client.StatusAsync(CancellationToken.None);
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            Say($"warning: {QueueAccess.Explain(e)}", error);
            return null;
        }
    }

    private static async Task<bool> EndAsync(int pid)
    {
        try
        {
            using var limit = new CancellationTokenSource(StopLimit);
            using var process = Process.GetProcessById(pid);
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (ArgumentException)
        {
            return true; // it has ended before it could be looked at
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static int Fatal(string what, TextWriter error)
    {
        Say($"fatal: {what}", error);
        return 1;
    }

    private static void Say(string what, TextWriter error) => error.WriteLine($"{Script}: {what}");

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
