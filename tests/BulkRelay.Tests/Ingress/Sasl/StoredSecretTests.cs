using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Tests.Ingress.Sasl;

public sealed class StoredSecretTests
{
    [Theory]
    [InlineData("{PLAIN}geheim wort", "geheim wort")]
    [InlineData("{PLAIN.B64}Z2VoZWlt", "geheim")]
    [InlineData("geheim", "geheim")]
    [InlineData("$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/", "password")]
    [InlineData("{CRYPT}$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/", "password")]
    public void Each_form_matches_its_password_only(string value, string password)
    {
        var secret = StoredSecret.Parse(value, allowsBare: true, out _).ShouldNotBeNull();
        secret.Matches(password).ShouldBeTrue();
        secret.Matches(password + "x").ShouldBeFalse();
        secret.Matches("").ShouldBeFalse();
    }

    [Fact]
    public void Keys_may_be_followed_by_the_password_for_CRAM()
    {
        var keys = ScramKeys.Derive("geheim", [1, 2, 3], 10).Format();
        StoredSecret.Parse($"{keys} {{PLAIN.B64}}Z2VoZWlt", allowsBare: false, out _)!.Plain.ShouldBe("geheim");
        StoredSecret.Parse(keys, allowsBare: false, out _)!.Plain.ShouldBeNull();
    }

    [Theory]
    [InlineData("geheim", "`bulkrelay user add`")]
    [InlineData("{SSHA}geheim", "unknown scheme {SSHA}")]
    [InlineData("{PLAIN.B64}geheim!", "bad base64")]
    [InlineData("SCRAM-SHA-256$geheim", "bad SCRAM-SHA-256 keys")]
    public void A_fault_says_what_is_wrong_and_not_the_secret(string value, string expected)
    {
        StoredSecret.Parse(value, allowsBare: false, out var fault).ShouldBeNull();
        fault.ShouldContain(expected);
        fault.ShouldNotContain("geheim");
    }

    [Fact]
    public void A_hash_that_the_system_does_not_know_matches_nothing()
    {
        UnixCrypt.Knows("$apr1$abcdefgh$x").ShouldBeFalse();
        StoredSecret.Parse("$apr1$abcdefgh$x", allowsBare: false, out _)!.Matches("x").ShouldBeFalse();
    }

    [Fact]
    public void It_says_nothing_of_itself() =>
        StoredSecret.Parse("{PLAIN}geheim", allowsBare: true, out _)!.ToString().ShouldNotBeNull().ShouldNotContain("geheim");
}
