using System.CommandLine;
using BulkRelay.Core.Ingress.Sasl;

namespace BulkRelay.Server.Applets.User;

/// <summary>What the sub-commands of <c>bulkrelay user</c> share: the file, where passwords come from, and how a mistake is told.</summary>
internal sealed class UserConsole(TextReader input, TextWriter output, TextWriter error)
{
    public Option<string?> Folder { get; } = new("-c") { Description = "folder of main.cf and master.cf", HelpName = "DIR", Recursive = true };

    public TextReader Input => input;

    public TextWriter Output => output;

    public TextWriter Error => error;

    /// <summary>Makes a sub-command that gets the path of the file of users. The description ends with examples.</summary>
    public Command Make(string name, string description, string[] examples, Func<ParseResult, string, int> run)
    {
        var command = new Command(name, $"{description}\n\nExamples:\n{string.Join('\n', examples.Select(e => $"  {e}"))}");
        command.SetAction(parsed => Run(name, parsed, run));
        return command;
    }

    /// <summary>A password: typed twice at a terminal, without being shown; otherwise the first line of the input.</summary>
    public string ReadPassword()
    {
        if (!ReferenceEquals(input, Console.In) || Console.IsInputRedirected) return Checked(input.ReadLine() ?? "");
        var first = Checked(Prompt("Password: "));
        return Prompt("Again: ") == first ? first : throw new UserException("these are two different passwords: nothing was changed");
    }

    /// <summary>A name that can be a user's.</summary>
    public static string CheckedName(string name)
    {
        if (name.Length is 0 or > 255) throw new UserException("a name has 1 to 255 characters");
        var bad = name.FirstOrDefault(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or '\\' or ':' or '#');
        return bad == default ? name : throw new UserException($"the name '{name.ReplaceLineEndings("?")}' cannot be used: no blanks, quotes, backslashes, colons or number signs");
    }

    /// <summary>A password that can be kept and sent.</summary>
    public static string Checked(string password)
    {
        if (password.Length == 0) throw new UserException("the password is empty: nothing was changed");
        if (System.Text.Encoding.UTF8.GetByteCount(password) > 1024) throw new UserException("the password is longer than 1024 octets");
        return password.Any(char.IsControl) ? throw new UserException("the password has control characters in it") : password;
    }

    private string Prompt(string text)
    {
        error.Write(text);
        var password = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) password.Length = Math.Max(0, password.Length - 1);
            else if (key.KeyChar != '\0') password.Append(key.KeyChar);
        }
        error.WriteLine();
        return password.ToString();
    }

    private int Run(string name, ParseResult parsed, Func<ParseResult, string, int> run)
    {
        if (ConfigFolder.Open(parsed.GetValue(Folder), [], error) is not { } configuration) return 1;
        try
        {
            return run(parsed, UserFile.PathOf(configuration.Current));
        }
        catch (UserException e)
        {
            error.WriteLine($"bulkrelay user {name}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"bulkrelay user {name}: {e.Message}");
        }
        return 1;
    }
}
