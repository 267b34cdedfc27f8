using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class CompatibilityLevelTests
{
    private static ConfigLoad Load(string mainCf) => ConfigLoader.Parse(mainCf, "", "/etc/bulkrelay", ConfigOverrides.None);

    private static string? Note(string mainCf) => CompatibilityLevel.Note(Load(mainCf).Draft)?.ToString();

    [Fact]
    public void A_level_that_is_not_set_is_said_in_one_line() =>
        Note("").ShouldBe("main.cf: note: compatibility_level: not set: the defaults of level 3.6 hold (Postfix would take those of level 0); set compatibility_level = 3.6 to say so");

    [Theory]
    [InlineData("3.6")]
    [InlineData("3.7")]
    [InlineData("9999")]
    public void There_is_nothing_to_say_of_todays_level(string level) => Note($"compatibility_level = {level}\n").ShouldBeNull();

    [Fact]
    public void Old_defaults_that_hold_are_named()
    {
        Note("compatibility_level = 2\nsmtpd_tls_fingerprint_digest = sha1\n").ShouldBe("main.cf:1: note: compatibility_level = 2: using backwards-compatible default "
            + "settings smtp_tls_fingerprint_digest=md5, lmtp_tls_fingerprint_digest=md5, smtpd_relay_before_recipient_restrictions=no; "
            + "to disable backwards compatibility use \"postconf compatibility_level=3.6\" and \"bulkrelay reload\"");
        var all = Note("compatibility_level = 0\nmyhostname = relay.test\n")!;
        foreach (var old in (string[])["mynetworks_style=subnet", "relay_domains=\"relay.test, localhost.test, localhost\"", "smtputf8_enable=no", "smtpd_relay_restrictions=(empty)"])
            all.ShouldContain(old);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("3.x")]
    [InlineData("3.6.1.2")]
    public void What_is_no_level_is_an_error(string level) =>
        Load($"compatibility_level = {level}\n").Faults.ShouldContain(f => f.Severity == FaultSeverity.Error && f.Line == 1
            && f.Message.Contains($"malformed compatibility level syntax: '{level}'"));

    [Fact]
    public void Names_without_a_dot_are_not_completed_and_level_0_would_have_it() =>
        UnsupportedSettings.Faults(Load("compatibility_level = 0\n").Draft).ShouldHaveSingleItem().ToString()
            .ShouldStartWith("main.cf:1: warning: append_dot_mydomain = yes: not supported: ");
}
