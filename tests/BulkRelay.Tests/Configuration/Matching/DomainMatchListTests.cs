using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Tests.Configuration.Tables;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration.Matching;

public sealed class DomainMatchListTests : TableFixture
{
    [Theory]
    [InlineData("example.com", "Example.COM", false, true)]
    [InlineData("example.com", "sub.example.com", false, false)]
    [InlineData("example.com", "sub.example.com", true, true)]
    [InlineData("example.com", "myexample.com", true, false)]
    [InlineData(".example.com", "sub.example.com", false, true)]
    [InlineData(".example.com", "deep.sub.example.com", false, true)]
    [InlineData(".example.com", "example.com", false, false)]
    [InlineData("!sub.example.com, example.com", "sub.example.com", true, false)]
    [InlineData("!sub.example.com, example.com", "other.example.com", true, true)]
    [InlineData("static:all", "anything.example", false, true)]
    [InlineData("inline:{example.com=x}", "sub.example.com", true, true)]
    [InlineData("inline:{example.com=x}", "sub.example.com", false, false)]
    [InlineData("inline:{.example.com=x}", "sub.example.com", false, true)]
    [InlineData("a.example b.example", "b.example", false, true)]
    [InlineData("example.com", "", true, false)]
    [InlineData("example.com", "example.com.", true, false)]
    public void A_domain_is_found_as_the_first_matching_element_says(string list, string domain, bool parentsMatch, bool expected)
    {
        DomainMatchList.Parse("relay_domains", list, Set, parentsMatch).MatchAsync(domain, default).AtOnce().IsMatch.ShouldBe(expected);
        Set.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_table_decides_nothing_and_is_a_fault()
    {
        var list = DomainMatchList.Parse("relay_domains", "hash:/no/such/file", Set, parentsMatch: false);
        list.MatchAsync("example.com", default).AtOnce().Failure!.ShouldContain("/no/such/file");
        list.HasTables.ShouldBeTrue();
        FaultText.ShouldContain("create it");
    }
}
