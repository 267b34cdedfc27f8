using BulkRelay.Core.Configuration;
using BulkRelay.Server.Applets;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Applets;

public sealed class ConfigFolderTests
{
    [Fact]
    public void Faults_of_syntax_of_values_and_of_tables_are_told_at_once_with_file_and_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "main.cf"), """
            mynetworks = 1.2.3.4.5
            smtpd_timeout = soon
            transport_maps = hash:/nowhere/transport
            smtpd_relay_restrictions = permit_mynetwork, reject
            """ + "\n");
        File.WriteAllText(Path.Combine(folder.Path, "master.cf"), "smtp inet n - n - - smtpd -o\n2590 inet n - n - - smtpd\n");
        var faults = ConfigFolder.FindFaults(folder.Path, ConfigOverrides.None);
        faults.Where(f => f.Severity == FaultSeverity.Error).Select(f => $"{Path.GetFileName(f.File)}:{f.Line} {f.Parameter}").ShouldBe(
        [
            "main.cf:1 mynetworks", "main.cf:2 smtpd_timeout", "main.cf:3 transport_maps", "main.cf:4 smtpd_relay_restrictions", "master.cf:1 smtp/inet",
        ]);
    }

    [Theory]
    [InlineData("/a", "/b", "/c", "/a")]
    [InlineData(null, "/b", "/c", "/b")]
    [InlineData(null, null, "/c", "/c")]
    [InlineData(null, "", "/c", "/c")]
    [InlineData(null, null, null, ConfigFolder.Installed)]
    [InlineData("", "/b", "/c", "/")]
    public void The_option_goes_before_the_environment_and_Postfix_s_variable_before_our_own(
        string? option, string? mailConfig, string? own, string expected) =>
        ConfigFolder.Of(option, name => name switch
        {
            "MAIL_CONFIG" => mailConfig,
            "BULKRELAY_config_directory" => own,
            _ => null,
        }).ShouldBe(expected);
}
