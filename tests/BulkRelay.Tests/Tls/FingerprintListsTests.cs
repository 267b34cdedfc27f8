using BulkRelay.Core.Configuration;
using BulkRelay.Server.Applets;

namespace BulkRelay.Tests.Tls;

public sealed class FingerprintListsTests : IDisposable
{
    private const string Md5 = "5D:41:40:2A:BC:4B:2A:76:B9:71:9D:91:10:17:C5:92";
    private const string Sha1 = "AA:F4:C6:1D:DC:C5:E8:A2:DA:BE:DE:0F:3B:48:2C:D9:AE:A9:43:4D";

    private readonly string _folder = Directory.CreateTempSubdirectory("bulkrelay-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private List<string> Check(string mainCf, string table = "")
    {
        File.WriteAllText(Path.Combine(_folder, "list"), table);
        File.WriteAllText(Path.Combine(_folder, "main.cf"), $"compatibility_level = 3.6\nmydestination =\nsmtp_tls_security_level = may\n{mainCf}\n");
        File.WriteAllText(Path.Combine(_folder, "master.cf"), "127.0.0.1:2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\n");
        return [.. ConfigFolder.FindFaults(_folder, ConfigOverrides.None).Select(f => f.ToString())];
    }

    [Fact]
    public void A_list_of_clients_that_was_made_with_another_digest_is_noticed() =>
        Check("relay_clientcerts = hash:list", $"# comment\n{Md5} one\n").ShouldHaveSingleItem().ShouldBe(
            $"{_folder}/list:2: warning: relay_clientcerts: table hash:list: {Md5}: a fingerprint of md5 never matches, "
            + "as smtpd_tls_fingerprint_digest is sha256: set smtpd_tls_fingerprint_digest = md5, or make the list with sha256");

    [Fact]
    public void So_is_one_of_an_access_table_and_an_address_is_not()
    {
        Check("smtpd_client_restrictions = check_ccert_access hash:list", $"{Sha1} OK\n").ShouldHaveSingleItem().ShouldContain("a fingerprint of sha1 never matches");
        Check("smtpd_client_restrictions = check_client_access hash:list", "2001:0db8:0000:0000:0000:0000:0000:0001 OK\n").ShouldBeEmpty();
    }

    [Fact]
    public void So_is_one_of_a_server_in_a_parameter_and_in_a_policy()
    {
        Check($"smtp_tls_fingerprint_cert_match = {Md5}").ShouldHaveSingleItem().ShouldContain(
            "main.cf:4: warning: smtp_tls_fingerprint_cert_match: a fingerprint of md5 never matches, as smtp_tls_fingerprint_digest is sha256");
        Check("smtp_tls_policy_maps = hash:list", $"example.test fingerprint match={Sha1}\n").ShouldHaveSingleItem().ShouldContain("a fingerprint of sha1 never matches");
    }

    [Theory]
    [InlineData("smtpd_tls_fingerprint_digest = md5")]
    [InlineData("compatibility_level = 3.5")]
    public void The_digest_of_the_list_is_no_fault(string setting) =>
        Check($"relay_clientcerts = hash:list\n{setting}", $"{Md5} one\n").ShouldNotContain(f => f.Contains("fingerprint of"));
}
