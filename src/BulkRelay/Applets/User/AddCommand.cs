using System.CommandLine;

namespace BulkRelay.Server.Applets.User;

/// <summary><c>bulkrelay user add</c>: a new user, or a new password for one.</summary>
internal static class AddCommand
{
    public static Command Make(UserConsole console)
    {
        var user = new Argument<string>("NAME") { Description = "the name to sign in with" };
        var cram = new Option<bool>("--cram-md5")
        {
            Description = "keep the password itself too, readable in the file: CRAM-MD5 needs it, and is offered once every user has been added this way",
        };
        var command = console.Make("add", "Adds a user, or gives one a new password. The password is asked for, or is the first line of the standard input.",
            ["bulkrelay user add anna", "pwgen 24 1 | tee secret | bulkrelay user add shop@example.com"], (parsed, file) =>
            {
                var name = UserConsole.CheckedName(parsed.GetValue(user)!);
                var secret = UserLines.Secret(console.ReadPassword(), parsed.GetValue(cram));
                var isNew = false;
                UserLines.Edit(file, text => UserLines.Set(text, name, secret, out isNew));
                console.Output.WriteLine($"{(isNew ? "added" : "changed the password of")} {name}");
                return 0;
            });
        command.Add(user);
        command.Add(cram);
        return command;
    }
}
