using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>A relay that is killed leaves nothing of the runtime's diagnostics in the temporary folder, unless they were asked for.</summary>
public sealed class Killed_process
{
    [Theory]
    [InlineData("", false)]
    [InlineData("1", true)]
    public async Task Pipes_and_sockets_of_the_runtime_are_left_only_where_they_were_asked_for(string enabled, bool areLeft)
    {
        using var temporary = new TempFolder();
        await using var relay = new RelayProcess();
        (await relay.StartOrDieAsync(new Dictionary<string, string> { ["TMPDIR"] = temporary.Path, ["DOTNET_EnableDiagnostics"] = enabled })).ShouldBeTrue();
        await relay.KillAsync();
        Directory.EnumerateFileSystemEntries(temporary.Path).Any(f => Path.GetFileName(f) is ['c', 'l', 'r', ..] or ['d', 'o', 't', 'n', 'e', 't', ..])
            .ShouldBe(areLeft);
    }
}
