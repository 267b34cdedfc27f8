using BulkRelay.Core.Configuration;
using BulkRelay.Server.Applets;

namespace BulkRelay.Tests.Applets;

public class ReferencePageTests
{
    private static readonly string ConfigFolder = Path.Combine(Root(AppContext.BaseDirectory), "config");

    [Fact]
    public void The_page_in_config_is_what_the_declarations_say() =>
        File.ReadAllText(Path.Combine(ConfigFolder, "README.md")).ShouldBe(ReferencePage.Text(), "run: ops/bulkrelay reference > config/README.md");

    [Fact]
    public void The_configuration_of_a_checkout_has_no_faults() => ConfigLoader.Load(ConfigFolder, ConfigOverrides.None).Faults.ShouldBeEmpty();

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "BulkRelay.sln")) ? folder : Root(Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new DirectoryNotFoundException("BulkRelay.sln"));
}
