using System.CommandLine;
using System.Runtime.InteropServices;

namespace BulkRelay.Server.Applets;

/// <summary>What all commands with long options share.</summary>
internal static class CommandLine
{
    /// <summary>
    /// Parses and runs. A mistake in the arguments is one line on <paramref name="error"/> and exit status 2; SIGINT and SIGTERM cancel
    /// the action's token, and the action takes the time that it needs to end.
    /// </summary>
    public static async Task<int> InvokeAsync(Command command, string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand { command };
        var parsed = root.Parse([command.Name, .. args]);
        if (parsed.Errors.Count > 0)
        {
            var path = PathOf(parsed.CommandResult.Command, command);
            await error.WriteLineAsync($"bulkrelay {path}: {parsed.Errors[0].Message} (see `bulkrelay {path} --help`)");
            return 2;
        }
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        // The library's own handling of signals would end the process after two seconds, with mail under way.
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(configuration, stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>The words that lead to a command or one of its sub-commands.</summary>
    private static string PathOf(Command command, Command top) => command == top || command is RootCommand ? top.Name : $"{top.Name} {command.Name}";
}
