using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration.Tables;

/// <summary>Tables that are made in their name, and tables made of tables.</summary>
public sealed class CombinedTableTests : TableFixture
{
    [Theory]
    [InlineData("inline:{a=b}", "A", "b")]
    [InlineData("inline:{a=b, {c = d e, f}}", "c", "d e, f")]
    [InlineData("inline:{c=1,c=2}", "c", "2")]
    [InlineData("static:foo", "x", "foo")]
    [InlineData("static:{foo bar}", "x", "foo bar")]
    [InlineData("unionmap:{inline:{a=1},inline:{a=2},static:3}", "a", "1,2,3")]
    [InlineData("unionmap:{inline:{a=1},inline:{a=2}}", "z", null)]
    [InlineData("pipemap:{inline:{a=b},inline:{b=c}}", "a", "c")]
    [InlineData("pipemap:{inline:{a=b},inline:{x=c}}", "a", null)]
    [InlineData("pipemap:{pcre:{{/(.*)@/ $1}},inline:{joe=found}}", "joe@example.com", "found")]
    [InlineData("randmap:{x}", "a", "x")]
    [InlineData("pcre:{{/a/ x}, {/b/ y}}", "b", "y")]
    [InlineData("proxy:inline:{a=b}", "a", "b")]
    public void Tables_answer_as_in_postfix(string table, string key, string? expected)
    {
        Ask(table, key).Value.ShouldBe(expected);
        Set.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("inline:{c}", "missing '='")]
    [InlineData("inline:{}", "bad syntax")]
    [InlineData("inline:{=x}", "missing attribute name")]
    [InlineData("unionmap:{}", "bad syntax")]
    [InlineData("unionmap:inline:{a=b}", "bad syntax")]
    [InlineData("pipemap:{}", "bad syntax")]
    [InlineData("randmap:{}", "bad syntax")]
    [InlineData("pcre:{/b/ y}", "each rule stands in braces")]
    [InlineData("unionmap:{nosuch:x}", "unsupported dictionary type: nosuch")]
    public void A_name_that_makes_no_sense_is_a_fault_and_the_table_cannot_answer(string table, string message)
    {
        Ask(table, "a").IsFailure.ShouldBeTrue();
        Set.Faults.ShouldHaveSingleItem().Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("unionmap:{inline:{a=b},fail:x}")]
    [InlineData("pipemap:{inline:{a=b},fail:x}")]
    public void If_a_part_cannot_answer_neither_can_the_whole(string table) => Ask(table, "a").IsFailure.ShouldBeTrue();

    [Fact]
    public void Chance_gives_each_value_sooner_or_later()
    {
        var table = Set.Open("randmap:{a, b, c}");
        Enumerable.Range(0, 500).Select(_ => Ask(table, "key").Value).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var name = string.Concat(Enumerable.Repeat("unionmap:{", 200)) + "static:x" + new string('}', 200);
        Ask(name, "a").IsFailure.ShouldBeTrue();
        FaultText.ShouldContain("nested more than");
    }

    [Fact]
    public void A_list_of_tables_is_asked_in_order_and_parts_of_addresses_are_not_shown_to_patterns()
    {
        var list = new LookupTableList("transport_maps", "pcre:{{/./ pattern}} inline:{example.com=indexed}", Set);
        list.LookupAsync("example.com", isPart: false, default).AtOnce().Value.ShouldBe("pattern");
        list.LookupAsync("example.com", isPart: true, default).AtOnce().Value.ShouldBe("indexed");
    }
}
