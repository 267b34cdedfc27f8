using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// A relay with one deliberate fault, to show that the tests can see it. The faults stand between <c>#if MUTANT_…</c> in the source; the
/// constant is defined only here, in a copy of the source that is built in a folder of its own.
/// </summary>
internal sealed class BrokenVariant : IDisposable
{
    private readonly TempFolder _folder = new();

    private BrokenVariant()
    {
    }

    /// <summary>The executable.</summary>
    public string Program => _folder.File("src/BulkRelay/bin/Release/net10.0/bulkrelay");

    /// <summary>Builds the variant; <paramref name="mutant"/> is the constant without its prefix.</summary>
    public static async Task<BrokenVariant> BuildAsync(string mutant)
    {
        var variant = new BrokenVariant();
        var source = SourceFolder();
        var copied = await Tool.RunAsync("tar", ["-C", source, "--exclude=bin", "--exclude=obj", "-cf", variant._folder.File("source.tar"), "src",
            "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"]);
        copied.Succeeded();
        (await Tool.RunAsync("tar", ["-C", variant._folder.Path, "-xf", variant._folder.File("source.tar")])).Succeeded();
        (await Tool.RunAsync("dotnet", ["build", variant._folder.File("src/BulkRelay"), "-c", "Release", "-v", "quiet", "--nologo", $"-p:Mutant={mutant}"])).Succeeded();
        return variant;
    }

    public void Dispose() => _folder.Dispose();

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "BulkRelay.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run from a checkout");
    }
}
