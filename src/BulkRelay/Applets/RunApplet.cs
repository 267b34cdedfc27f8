using System.CommandLine;
using System.Runtime.InteropServices;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay run</c>: the relay in the foreground until SIGTERM or SIGINT; SIGHUP reads the configuration again.</summary>
internal static class RunApplet
{
    private static readonly Option<string?> Folder = new("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR" };
    private static readonly Option<string[]> Overrides = new("-o") { Description = "a parameter that overrides main.cf; may be repeated", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var command = new Command("run", "Runs the relay in the foreground until SIGTERM: what is under way is finished, then it exits 0. SIGHUP reloads.")
        {
            Folder, Overrides,
        };
        command.SetAction((parsed, stop) => ServeAsync(parsed.GetValue(Folder), parsed.GetValue(Overrides)!, error, stop));
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static async Task<int> ServeAsync(string? folder, string[] overrides, TextWriter error, CancellationToken stop)
    {
        if (ConfigFolder.Open(folder, overrides, error, FaultSeverity.Note) is not { } configuration) return 1;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStop = stop.Register(stopped.SetResult);
        await using var host = await RelayHost.StartAsync(configuration, error);
        if (host is null) return 1;
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            host.Reload();
        });
        await stopped.Task;
        return 0;
    }
}
