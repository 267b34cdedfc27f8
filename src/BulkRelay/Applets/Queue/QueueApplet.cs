using System.CommandLine;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue</c>: looks into the queue and steers it. One file per sub-command.</summary>
internal static class QueueApplet
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var console = new QueueConsole(output, error);
        var command = new Command("queue", "Looks into the queue and steers it: with the relay running, or down.") { console.Folder };
        foreach (var part in All(console)) command.Add(part);
        var word = args is ["-c", _, ..] ? args.ElementAtOrDefault(2) : args.FirstOrDefault();
        if (word is null || (!word.StartsWith('-') && command.Subcommands.All(c => c.Name != word)))
        {
            error.WriteLine($"bulkrelay queue: {(word is null ? "say what" : $"unknown command '{word}'")}: use one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}");
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
