using System.CommandLine;

namespace BulkRelay.Server.Applets.Tls;

/// <summary><c>bulkrelay tls</c>: what there is to do about certificates. One file per sub-command.</summary>
internal static class TlsApplet
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var folder = new Option<string?>("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR", Recursive = true };
        var command = new Command("tls", "Makes certificates.") { folder, SelfSignedCommand.Make(folder, output, error) };
        var word = args is ["-c", _, ..] ? args.ElementAtOrDefault(2) : args.FirstOrDefault();
        if (word is null || (!word.StartsWith('-') && command.Subcommands.All(c => c.Name != word)))
        {
            error.WriteLine($"bulkrelay tls: {(word is null ? "say what" : $"unknown command '{word}'")}: use one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}");
            return Task.FromResult(2);
        }
        return CommandLine.InvokeAsync(command, args, output, error);
    }
}
