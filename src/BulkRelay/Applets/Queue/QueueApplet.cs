using System.CommandLine;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue</c>: looks into the queue and steers it. One file per sub-command.</summary>
internal static class QueueApplet
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var console = new QueueConsole(output, error);
        var command = new Command("queue", "Looks into the queue and steers it: with the relay running, or down.");
        foreach (var part in All(console)) command.Add(part);
        if (args is [] or [not ['-', ..], ..] && command.Subcommands.All(c => c.Name != args.FirstOrDefault()))
        {
            error.WriteLine($"bulkrelay queue: {(args.Length == 0 ? "say what" : $"unknown command '{args[0]}'")}: use one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}");
            return Task.FromResult(2);
        }
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static IEnumerable<Command> All(QueueConsole console) =>
    [
        ListCommand.Make(console), ShowCommand.Make(console), .. ChangeCommand.MakeAll(console), FreezeCommand.Make(console),
        UnfreezeCommand.Make(console), FrozenCommand.Make(console), StatsCommand.Make(console), ShapeCommand.Make(console),
    ];
}
