using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Tests.Configuration.Tables;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration.Matching;

public sealed class StringMatchListTests : TableFixture
{
    [Theory]
    [InlineData("a, b", "B", true)]
    [InlineData("a, b", "ab", false)]
    [InlineData("!a, static:all", "a", false)]
    [InlineData("!a, static:all", "b", true)]
    [InlineData("inline:{x=1} y", "y", true)]
    [InlineData(".example.com", "a.example.com", false)]
    public void A_text_is_found_whole_or_not_at_all(string list, string text, bool expected) =>
        StringMatchList.Parse("smtp_sasl_mechanism_filter", list, Set).MatchAsync(text, default).AtOnce().IsMatch.ShouldBe(expected);

    [Fact]
    public void A_table_that_cannot_answer_decides_nothing() =>
        StringMatchList.Parse("smtp_sasl_mechanism_filter", "fail:x, a", Set).MatchAsync("a", default).AtOnce().Failure.ShouldNotBeNull();
}
