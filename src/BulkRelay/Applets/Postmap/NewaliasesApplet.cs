using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Server.Applets.Postmap;

/// <summary><c>newaliases</c>: checks the files of <c>alias_database</c>, newaliases(1).</summary>
internal static class NewaliasesApplet
{
    private const string Usage = "usage: newaliases [-v] [-c config_dir]";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        if (args is ["--help", ..])
        {
            await output.WriteLineAsync(Usage);
            return 0;
        }
        var options = ShortOptions.Parse(args, "c:v", out var fault);
        fault ??= options.Arguments.Count > 0 ? "takes no files: alias_database names them" : null;
        if (fault is not null)
        {
            await error.WriteLineAsync($"newaliases: {fault}\n{Usage}");
            return 1;
        }
        var folder = ConfigFolder.Of(options.Value('c'));
        var files = ParameterList.TrySplit(DatabasesOf(folder), out _) ?? [];
        if (files.Count == 0) return 0;
        // What the configuration names counts from its folder; what a command line names, from where it is typed.
        var command = new TableCommand("newaliases", isForAliases: true, TextReader.Null, output, error) { Folder = folder };
        return await command.RunAsync(["-c", folder, "--", .. files]);
    }

    private static string DatabasesOf(string folder) =>
        ConfigLoader.Load(folder, TableCommand.EnvironmentOverrides()).Draft.Get(RoutingParameters.AliasDatabase);
}
