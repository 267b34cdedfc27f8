namespace BulkRelay.Server.Applets.Postmap;

/// <summary><c>postalias</c>: checks and queries alias files, postalias(1).</summary>
internal static class PostaliasApplet
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        new TableCommand("postalias", isForAliases: true, Console.In, output, error).RunAsync(args);
}
