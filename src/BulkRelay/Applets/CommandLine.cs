using System.CommandLine;

namespace BulkRelay.Server.Applets;

/// <summary>What all commands with long options share.</summary>
internal static class CommandLine
{
    /// <summary>
    /// Parses and runs. A mistake in the arguments is one line on <paramref name="error"/> and exit status 2; SIGINT and SIGTERM cancel
    /// the action's token.
    /// </summary>
    public static async Task<int> InvokeAsync(Command command, string[] args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand { command };
        var parsed = root.Parse([command.Name, .. args]);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync($"bulkrelay {command.Name}: {parsed.Errors[0].Message} (see `bulkrelay {command.Name} --help`)");
            return 2;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
    }
}
