namespace BulkRelay.EndToEnd.Comparison;

/// <summary>The table of differences cannot lie: neither by what it leaves out, nor by what is no longer so, nor by rows that nobody reads.</summary>
public sealed class DifferenceTests
{
    private static readonly string[] Head = ["| case | Postfix 3.7 | BulkRelay | reason |", "|---|---|---|---|"];

    [Fact]
    public void Row_is_read_with_its_bars_and_backticks()
    {
        var row = Difference.Read([.. Head, @"| look-up bars | `a\|b` | ``it is `c` `` | because |"]).ShouldHaveSingleItem();
        row.ShouldBe(new Difference("look-up", "bars", "a|b", "it is `c` ", "because"));
    }

    [Theory]
    [InlineData("| dialogue a | `x` | `y` | |")]
    [InlineData("| dialogue a | `x` | `y` |")]
    [InlineData("| dialog a | `x` | `y` | because |")]
    [InlineData("| a | `x` | `y` | because |")]
    [InlineData("| dialogue a | x | `y` | because |")]
    public void Row_of_another_form_is_an_error(string row) =>
        Should.Throw<FormatException>(() => Difference.Read([.. Head, row]).ToList()).Message.ShouldContain(row);

    [Fact]
    public void Differences_that_are_listed_are_no_faults()
    {
        var comparison = new TalkComparison([Row("1: a", "1: b")]);
        comparison.AddAll("", ["1: a", "2: c"], ["1: b", "2: c"]);
        comparison.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Differences_that_are_not_listed_are_faults()
    {
        var comparison = new TalkComparison([Row("1: a", "1: b")]);
        comparison.AddAll("", ["1: a", "2: c"], ["1: b"]);
        comparison.Faults.ShouldHaveSingleItem().ShouldContain("(none)");
    }

    [Fact]
    public void Rows_for_what_does_not_differ_are_faults()
    {
        var comparison = new TalkComparison([Row("1: a", "1: b"), Row("2: a", "2: b")]);
        comparison.AddAll("", ["1: a", "2: a"], ["1: b", "2: a"]);
        comparison.Faults.ShouldHaveSingleItem().ShouldContain("2: b");
    }

    private static Difference Row(string postfix, string relay) => new(Difference.Dialogue, "a", postfix, relay, "because");
}
