namespace BulkRelay.Server.Applets.Postconf;

/// <summary>
/// <c>postconf</c>: shows and edits the configuration files, in the form of Postfix's command of that name. It needs no running relay.
/// </summary>
internal static class PostconfApplet
{
    /// <summary>Exit status 0, or 1 if the command could not be carried out; an unknown name is only a warning, as with Postfix.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        // Some 900 lines: one write to the terminal or pipe instead of one per word.
        using var page = new StringWriter { NewLine = "\n" };
        var status = Run(args, page, error);
        await output.WriteAsync(page.GetStringBuilder());
        return status;
    }

    private static int Run(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["--help", ..])
        {
            output.WriteLine(PostconfArguments.Usage);
            return 0;
        }
        var arguments = PostconfArguments.Parse(args, out var fault);
        if (arguments is null) return Fatal(error, fault!);
        try
        {
            return Dispatch(arguments, output, error);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PostconfException)
        {
            return Fatal(error, e.Message);
        }
    }

    private static int Dispatch(PostconfArguments arguments, TextWriter output, TextWriter error)
    {
        var printer = new PostconfPrinter(output, arguments.Has('f'));
        if (PostconfLists.Show(arguments, output, error) is { } status) return status;
        var folder = ConfigFolder.Of(arguments.Folder);
        if (arguments.Has('b') || arguments.Has('t'))
        {
            PostconfTemplates.Show(arguments, folder, output, error);
            return 0;
        }
        var services = arguments.Has('M') || arguments.Has('F') || arguments.Has('P');
        var edits = "eX#".Any(arguments.Has) || arguments.Names.Any(n => n.Contains('=', StringComparison.Ordinal));
        if (edits && services) PostconfMasterEditor.Run(arguments, folder);
        else if (edits) PostconfMainEditor.Run(arguments, folder, error);
        else
        {
            var configuration = PostconfConfiguration.Read(arguments, folder, error);
            if (services) PostconfMaster.Show(arguments, configuration, printer);
            else PostconfMain.Show(arguments, configuration, printer, error);
            configuration.WarnOfUnused(error);
        }
        return 0;
    }

    private static int Fatal(TextWriter error, string message)
    {
        error.WriteLine($"postconf: fatal: {message}");
        return 1;
    }
}
