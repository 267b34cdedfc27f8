using BulkRelay.Server.Applets;

namespace BulkRelay.Tests.Applets;

/// <summary><c>bulkrelay help</c> promises that <c>COMMAND --help</c> explains each command.</summary>
public sealed class HelpOfCommandsTests
{
    public static TheoryData<string> Commands => [.. AppletTable.All.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_explains_itself(string command)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        (await AppletTable.Find(command)!.RunAsync(["--help"], output, error)).ShouldBe(0);
        output.ToString().ShouldContain("sage:");
        error.ToString().ShouldBeEmpty();
    }
}
