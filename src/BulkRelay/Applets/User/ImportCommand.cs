using System.CommandLine;

namespace BulkRelay.Server.Applets.User;

/// <summary><c>bulkrelay user import</c>: users of other systems.</summary>
internal static class ImportCommand
{
    public static Command Make(UserConsole console)
    {
        var cram = new Option<bool>("--cram-md5") { Description = "keep the passwords themselves too, readable in the file: CRAM-MD5 needs them" };
        var command = console.Make("import",
            "Takes users over, from the standard input: name:password lines, the lines of htpasswd or /etc/shadow with hashes that the system knows, or what db_dump -p says of sasldb2.",
            ["db_dump -p /etc/sasldb2 | bulkrelay user import", "bulkrelay user import < users.txt", "bulkrelay user import < /etc/apache2/htpasswd"], (parsed, file) =>
            {
                var lines = console.Input.ReadToEnd().Split('\n').Select(l => l.TrimEnd('\r')).ToList();
                var faults = new List<string>();
                var users = UserImport.Read(lines, parsed.GetValue(cram), faults);
                foreach (var fault in faults) console.Error.WriteLine($"bulkrelay user import: {fault}");
                var added = 0;
                if (users.Count > 0) UserLines.Edit(file, text => users.Aggregate(text, (all, user) => SetAndCount(all, user.Name, user.Secret, ref added)));
                console.Output.WriteLine($"{users.Count} users imported, {added} of them new");
                return faults.Count == 0 ? 0 : 1;
            });
        command.Add(cram);
        return command;
    }

    private static string SetAndCount(string text, string name, string secret, ref int added)
    {
        var changed = UserLines.Set(text, name, secret, out var isNew);
        if (isNew) added++;
        return changed;
    }
}
