using System.Reflection;

namespace BulkRelay.Server.Applets;

/// <summary>The page that lists the commands.</summary>
internal static class Help
{
    /// <summary>Exit status 0 when help was asked for, 2 when the command is missing or unknown.</summary>
    public static int Show(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["--version" or "version"])
        {
            output.WriteLine($"bulkrelay {Version}");
            return 0;
        }
        if (args is [] or ["help" or "--help" or "-h"])
        {
            Write(output);
            return args.Length == 0 ? 2 : 0;
        }
        error.WriteLine($"bulkrelay: unknown command '{args[0]}': `bulkrelay help` lists the commands");
        return 2;
    }

    /// <summary>The version of the relay.</summary>
    public static string Version => typeof(Help).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "?";

    private static void Write(TextWriter output)
    {
        output.WriteLine("usage: bulkrelay COMMAND [ARGUMENT ...]");
        output.WriteLine();
        output.WriteLine("A relay for outbound mail. Commands:");
        foreach (var applet in AppletTable.All) output.WriteLine($"  {applet.Name,-12} {applet.Summary}");
        output.WriteLine();
        output.WriteLine("`bulkrelay COMMAND --help` explains a command. First time here? Try `bulkrelay demo`.");
    }
}
