using System.CommandLine;

namespace BulkRelay.Server.Applets.User;

/// <summary><c>bulkrelay user delete</c>: the user cannot sign in any more.</summary>
internal static class DeleteCommand
{
    public static Command Make(UserConsole console)
    {
        var user = new Argument<string>("NAME") { Description = "the user" };
        var command = console.Make("delete", "Deletes a user. Sessions in which the user has signed in go on to their end.", ["bulkrelay user delete anna"], (parsed, file) =>
        {
            var name = parsed.GetValue(user)!;
            if (!File.Exists(file)) throw new UserException($"there is no file of users ({file})");
            UserLines.Edit(file, text => UserLines.Remove(text, name) ?? throw new UserException($"there is no user '{name.ReplaceLineEndings("?")}' in {file}"));
            console.Output.WriteLine($"deleted {name}");
            return 0;
        });
        command.Add(user);
        return command;
    }
}
