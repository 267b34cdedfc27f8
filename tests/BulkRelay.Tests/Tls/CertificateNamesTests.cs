using BulkRelay.Core.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Tls;

public class CertificateNamesTests
{
    [Theory]
    [InlineData("mail.example.com", "MAIL.example.com", true)]
    [InlineData("mail.example.com", "mail.example.com.", true)]
    [InlineData("mail.example.com", "example.com", false)]
    [InlineData("*.example.com", "mail.example.com", true)]
    [InlineData("*.example.com", "a.b.example.com", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", "*.example.com", false)]
    [InlineData("*.*.com", "mail.example.com", false)]
    [InlineData("*.com", "example.com", false)]
    [InlineData("m*.example.com", "mail.example.com", false)]
    [InlineData("mail.example.com", ".example.com", true)]
    [InlineData("example.com", ".example.com", false)]
    [InlineData("*.example.com", ".example.com", true)]
    [InlineData("badexample.com", ".example.com", false)]
    public void A_name_is_for_a_host_or_for_what_is_below_a_domain(string name, string wanted, bool expected) =>
        CertificateNames.Matches(name, wanted, wildcardSpansLabels: true).ShouldBe(expected);

    [Fact]
    public void A_wildcard_stands_for_one_label_where_it_may_not_stand_for_several()
    {
        CertificateNames.Matches("*.example.com", "a.example.com", wildcardSpansLabels: false).ShouldBeTrue();
        CertificateNames.Matches("*.example.com", "a.b.example.com", wildcardSpansLabels: false).ShouldBeFalse();
    }

    [Fact]
    public void The_common_name_counts_only_without_DNS_names()
    {
        CertificateNames.HostNames(TestCertificate.Make("cn.test").Certificate).ShouldBe(["cn.test"]);
        CertificateNames.HostNames(TestCertificate.Make("cn.test", names: ["a.test", "b.test"]).Certificate).ShouldBe(["a.test", "b.test"]);
    }

    [Fact]
    public void A_common_name_for_the_log_has_nothing_unprintable()
    {
        var certificate = TestCertificate.Make("Jörg \u001b[31m\nx").Certificate;
        CertificateNames.SubjectCommonName(certificate).ShouldBe("J?rg ?[31m?x");
        CertificateNames.HostNames(certificate).ShouldBeEmpty();
    }
}
