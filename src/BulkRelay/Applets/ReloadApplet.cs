using System.CommandLine;
using BulkRelay.Core.Configuration;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay reload</c>: the running relay reads its configuration again. Exit status 1 if it could not be used.</summary>
internal static class ReloadApplet
{
    private static readonly Option<string?> Folder = new("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR" };

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var command = new Command("reload", "Makes the running relay read its configuration again. With an error in it the old one stays.") { Folder };
        command.SetAction((parsed, cancel) => ReloadAsync(parsed.GetValue(Folder), error, cancel));
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static async Task<int> ReloadAsync(string? folder, TextWriter error, CancellationToken cancel)
    {
        // A configuration with errors is the relay's to refuse: it says all of them here and in its log.
        var overrides = new ConfigOverrides([], Environment.GetEnvironmentVariables());
        var path = ConfigFolder.Of(folder);
        try
        {
            var directory = RelayFinder.QueueDirectory(ConfigLoader.Load(path, overrides).Draft);
            await using var client = ControlSocket.Connect(directory);
            if (client is null)
            {
                foreach (var fault in ConfigFolder.FindFaults(path, overrides).Where(f => f.Severity == FaultSeverity.Error)) await error.WriteLineAsync(fault.ToString());
                await error.WriteLineAsync($"bulkrelay reload: no relay runs on {directory}");
                return 1;
            }
            var result = await client.ReloadAsync(cancel);
            foreach (var fault in result.Faults) await error.WriteLineAsync(fault);
            return result.Applied ? 0 : 1;
        }
        catch (Exception e) when (QueueAccess.IsFailure(e))
        {
            await error.WriteLineAsync($"bulkrelay reload: {e.Message}");
            return 1;
        }
    }
}
