using BulkRelay.Core.Configuration;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>What <c>bulkrelay check</c> and the start say of the sign-in.</summary>
public sealed class SaslCheckTests
{
    [Fact]
    public async Task Signing_in_needs_a_password_table() => (await FaultsAsync()).ShouldHaveSingleItem().ToString()
        .ShouldBe("main.cf: error: smtp_sasl_password_maps: smtp_sasl_auth_enable is on: specify a password table, as in hash:/etc/bulkrelay/sasl_passwd");

    [Fact]
    public async Task A_password_table_that_everybody_can_read_is_warned_of()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("passwd", "mail.test user:tanstaaf\n[bad.test]:587 :tanstaaf\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var faults = await FaultsAsync(("smtp_sasl_password_maps", $"hash:{path}"));

        faults.Select(f => f.Severity).ShouldAllBe(s => s == FaultSeverity.Warning);
        faults.Select(f => f.Message).ShouldBe(
        [
            $"{path} holds secrets and can be read by everybody on this machine: chmod o-rwx {path}", "the entry for [bad.test]:587: not of the form user:password",
        ]);

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await FaultsAsync(("smtp_sasl_password_maps", $"hash:{path}"))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Entries_of_the_token_table_are_read_at_the_start()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("tokens", "one@mail.test endpoint=http://login.test/ client_id=a client_secret_file=/s\n"
            + "two@mail.test endpoint=https://login.test/ client_id=a client_secret_file=/nowhere\n");

        var faults = await FaultsAsync(("smtp_sasl_password_maps", "inline:{a=b:c}"), ("smtp_oauth_token_maps", $"hash:{path}"));

        faults[0].Severity.ShouldBe(FaultSeverity.Error);
        faults[0].Message.ShouldStartWith("the entry for one@mail.test: the endpoint is not https");
        faults[1].Severity.ShouldBe(FaultSeverity.Warning);
        faults[1].Message.ShouldStartWith("the entry for two@mail.test: cannot read /nowhere");
    }

    [Theory]
    [InlineData("smtp_sasl_security_options", "noplaintext, nodancing", "unknown SASL security option 'nodancing'")]
    [InlineData("lmtp_sasl_tls_security_options", "nodancing", "unknown SASL security option 'nodancing'")]
    [InlineData("smtp_sasl_type", "dovecot", "unsupported SASL client implementation")]
    [InlineData("smtp_sasl_plaintext_protection", "some", "unknown value 'some'")]
    public void A_value_that_makes_no_sense_is_an_error(string name, string value, string fault) =>
        Should.Throw<FormatException>(() => ConfigSnapshot.With((name, value))).Message.ShouldContain(fault);

    private static async Task<IReadOnlyList<ConfigFault>> FaultsAsync(params (string Name, string Value)[] settings)
    {
        await using var fixture = new EgressFixture([("smtp_sasl_auth_enable", "yes"), .. settings]);
        return fixture.Tables.Faults;
    }
}
