using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Faults;

/// <summary>
/// A deliberately broken variant of the relay: code between <c>#if MUTANT_…</c> is compiled only here (MSBuild property <c>Mutant</c>)
/// and is in no program that is shipped.
/// </summary>
internal sealed class Mutant : IDisposable
{
    private readonly TempFolder _folder;

    private Mutant(TempFolder folder) => _folder = folder;

    /// <summary>A folder with the programs of the tests (the relay too), broken.</summary>
    public string Programs => _folder.File("programs");

    /// <summary>
    /// Builds the core with <c>MUTANT_</c><paramref name="name"/> defined and puts it beside copies of all other programs.
    /// </summary>
    public static async Task<Mutant> BuildAsync(string name)
    {
        var folder = new TempFolder();
        var mutant = new Mutant(folder);
        var core = Path.Combine(Repository.Folder, "src", "BulkRelay.Core", "BulkRelay.Core.csproj");
        // No server may stay behind: it would keep the output open.
        (await Tool.RunAsync("dotnet", ["build", core, "-c", "Release", "-v", "quiet", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false",
            $"-p:Mutant={name}", "--artifacts-path", folder.File("build")])).Succeeded();
        (await Tool.RunAsync("cp", ["-r", AppContext.BaseDirectory, mutant.Programs])).Succeeded();
        File.Copy(folder.File("build/bin/BulkRelay.Core/release/BulkRelay.Core.dll"),
            Path.Combine(mutant.Programs, "BulkRelay.Core.dll"), overwrite: true);
        return mutant;
    }

    public void Dispose() => _folder.Dispose();
}
