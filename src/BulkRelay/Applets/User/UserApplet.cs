using System.CommandLine;

namespace BulkRelay.Server.Applets.User;

/// <summary><c>bulkrelay user</c>: edits the file of users who can sign in (<c>smtpd_sasl_user_file</c>). One file per sub-command.</summary>
internal static class UserApplet
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) => RunAsync(args, Console.In, output, error);

    /// <summary>The same with another standard input.</summary>
    public static Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter error)
    {
        var console = new UserConsole(input, output, error);
        var command = new Command("user", "Edits the file of users who can sign in (smtpd_sasl_user_file). The running relay notices.")
        {
            console.Folder, AddCommand.Make(console), ListCommand.Make(console), DeleteCommand.Make(console), ImportCommand.Make(console),
        };
        var word = args is ["-c", _, ..] ? args.ElementAtOrDefault(2) : args.FirstOrDefault();
        if (word is null || (!word.StartsWith('-') && command.Subcommands.All(c => c.Name != word)))
        {
            error.WriteLine($"bulkrelay user: {(word is null ? "say what" : $"unknown command '{word}'")}: use one of {string.Join(", ", command.Subcommands.Select(c => c.Name))}");
            return Task.FromResult(2);
        }
        return CommandLine.InvokeAsync(command, args, output, error);
    }
}
