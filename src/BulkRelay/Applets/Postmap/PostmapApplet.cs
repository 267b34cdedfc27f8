namespace BulkRelay.Server.Applets.Postmap;

/// <summary><c>postmap</c>: checks and queries lookup tables, postmap(1).</summary>
internal static class PostmapApplet
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        new TableCommand("postmap", isForAliases: false, Console.In, output, error).RunAsync(args);
}
