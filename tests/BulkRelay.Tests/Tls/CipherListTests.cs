using BulkRelay.Core.Tls;

namespace BulkRelay.Tests.Tls;

public class CipherListTests
{
    [Fact]
    public void The_list_of_grade_high_is_all_suites_of_TLS_1_2_the_longest_keys_first()
    {
        var suites = CipherList.Evaluate("aNULL:-aNULL:HIGH:@STRENGTH", []);
        suites.Count.ShouldBe(CipherSuites.All.Count(s => !s.IsTls13));
        suites[0].Name.ShouldBe("ECDHE-ECDSA-AES256-GCM-SHA384");
        suites.Select(s => s.Bits).ShouldBeInOrder(SortDirection.Descending);
    }

    [Theory]
    [InlineData("AES128-SHA", "AES128-SHA")]
    [InlineData("kRSA+AESGCM", "AES256-GCM-SHA384 AES128-GCM-SHA256")]
    [InlineData("AES256-SHA:AES128-SHA:+AES256-SHA", "AES128-SHA AES256-SHA")]
    [InlineData("AES128-SHA, AES256-SHA, @STRENGTH", "AES256-SHA AES128-SHA")]
    [InlineData("AES256-SHA:AES128-SHA:-AES256:AES256-SHA", "AES128-SHA AES256-SHA")]
    [InlineData("AES256-SHA:AES128-SHA:!AES256:AES256-SHA", "AES128-SHA")]
    [InlineData("EECDH+AESGCM+aECDSA", "ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-GCM-SHA256")]
    public void Operators_select_remove_and_sort_as_OpenSSL_does(string text, string expected)
    {
        var unknown = new List<string>();
        string.Join(' ', CipherList.Evaluate(text, unknown).Select(s => s.Name)).ShouldBe(expected);
        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Words_that_name_nothing_are_told_and_do_no_harm()
    {
        var unknown = new List<string>();
        CipherList.Evaluate("AES128-SHA:!RC4:!KRB5-DE5:aNULL:!eNULL", unknown).ShouldHaveSingleItem();
        unknown.ShouldBe(["RC4", "KRB5-DE5"]);
        CipherList.Describe("RC4").ShouldBe("this TLS stack does not have the cipher RC4: it is never used, with or without this setting");
        CipherList.Describe("EDH-RSA-DES-CBC3-SHA").ShouldStartWith("this TLS stack does not have");
        CipherList.Describe("KRB5-DE5").ShouldStartWith("unknown cipher KRB5-DE5");
    }
}
