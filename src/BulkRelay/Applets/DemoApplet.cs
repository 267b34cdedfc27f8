using System.CommandLine;
using BulkRelay.Server.Demo;

namespace BulkRelay.Server.Applets;

/// <summary><c>bulkrelay demo</c>: a relay, its destinations and a campaign on this machine, watched live.</summary>
internal static class DemoApplet
{
    private static readonly Option<int> Messages = Count("--messages", "messages of the campaign", 10_000);
    private static readonly Option<int> Sessions = Count("--sessions", "sessions that send it", 20);
    private static readonly Option<int?> Size = new("--size")
    {
        Description = "octets of each message (without it: 1 octet to 5 MB, as bulk mail has them)",
        HelpName = "COUNT",
        Validators = { result => { if (result.GetValueOrDefault<int?>() is < 1) result.AddError("--size takes a number from 1"); } },
    };

    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var command = new Command("demo",
            "Sends a campaign through a real relay to real destinations on this machine, counts what arrives and compares it with what "
            + "was sent.")
        {
            Messages, Sessions, Size,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            using var run = new DemoRun(parsed.GetValue(Messages), parsed.GetValue(Sessions), parsed.GetValue(Size), output, error);
            return await run.RunAsync(cancel);
        });
        return CommandLine.InvokeAsync(command, args, output, error);
    }

    private static Option<int> Count(string name, string description, int value) => new(name)
    {
        Description = description,
        HelpName = "COUNT",
        DefaultValueFactory = _ => value,
        Validators = { result => { if (result.GetValueOrDefault<int>() < 1) result.AddError($"{name} takes a number from 1"); } },
    };
}
