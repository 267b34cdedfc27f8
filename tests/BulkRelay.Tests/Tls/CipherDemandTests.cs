using BulkRelay.Core.Configuration;
using BulkRelay.Core.Tls;

namespace BulkRelay.Tests.Tls;

public class CipherDemandTests
{
    private readonly List<ConfigFault> _faults = [];

    [Theory]
    [InlineData("medium", "")]
    [InlineData("high", "RC4, aNULL")]
    [InlineData("export", "eNULL")]
    public void What_the_stack_does_by_itself_needs_no_policy(string grade, string excluded) =>
        Demand(grade, excluded).ToPolicy(ConfigSnapshot.With(), _faults).ShouldBeNull();

    [Fact]
    public void An_excluded_class_is_not_allowed_and_TLS_1_3_stays()
    {
        var names = Names(Demand("high", "kRSA AES128"), ConfigSnapshot.With());
        names.ShouldContain("ECDHE-RSA-AES256-GCM-SHA384");
        names.ShouldContain("TLS_AES_128_GCM_SHA256");
        names.ShouldNotContain("AES256-SHA");
        names.ShouldNotContain("ECDHE-RSA-AES128-GCM-SHA256");
        _faults.ShouldBeEmpty();
    }

    [Fact]
    public void Forward_secrecy_leaves_only_suites_that_have_it()
    {
        var names = Names(Demand("medium", "") with { MustBeForwardSecret = true }, ConfigSnapshot.With());
        names.ShouldAllBe(n => n.StartsWith("ECDHE-", StringComparison.Ordinal) || n.StartsWith("DHE-", StringComparison.Ordinal) || n.StartsWith("TLS_", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_of_ones_own_takes_the_place_of_the_grades()
    {
        var config = ConfigSnapshot.With(("tls_medium_cipherlist", "AES128-SHA:NONSENSE"));
        Names(Demand("medium", ""), config).Where(n => !n.StartsWith("TLS_", StringComparison.Ordinal)).ShouldBe(["AES128-SHA"]);
        _faults.ShouldHaveSingleItem().ToString().ShouldContain("tls_medium_cipherlist: unknown cipher NONSENSE");
    }

    [Fact]
    public void A_cipher_that_this_stack_does_not_have_is_a_warning_that_names_it()
    {
        Demand("high", "RC4").ToPolicy(ConfigSnapshot.With(), _faults);
        var fault = _faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Warning);
        fault.Parameter.ShouldBe("smtpd_tls_exclude_ciphers");
        fault.Message.ShouldContain("RC4");
    }

    [Theory]
    [InlineData("strong", "unknown cipher grade 'strong'")]
    [InlineData("null", "leaves no cipher")]
    public void A_grade_that_cannot_be_had_is_an_error(string grade, string message)
    {
        Demand(grade, "").ToPolicy(ConfigSnapshot.With(), _faults);
        _faults.ShouldContain(f => f.Severity == FaultSeverity.Error && f.Message.Contains(message));
    }

    private static CipherDemand Demand(string grade, string excluded) =>
        new("smtpd_tls_ciphers", grade, ("smtpd_tls_exclude_ciphers", excluded));

    private List<string> Names(CipherDemand demand, ConfigSnapshot config) =>
        [.. demand.ToPolicy(config, _faults).ShouldNotBeNull().AllowedCipherSuites.Select(id => CipherSuites.Find(id)!.Name)];
}
