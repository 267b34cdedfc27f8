using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class LogicalLineTests
{
    private readonly List<ConfigFault> _faults = [];

    private (string Text, int Line)[] Split(string text) => [.. LogicalLine.Split(text, "main.cf", _faults).Select(l => (l.Text, l.Line))];

    [Fact]
    public void A_line_that_starts_with_white_space_continues_the_line_before() =>
        Split("a = 1\n  2\n\t3\nb = 4\n").ShouldBe([("a = 1  2\t3", 1), ("b = 4", 4)]);

    [Fact]
    public void Comments_and_blank_lines_do_not_end_a_continued_line() =>
        Split("a = 1\n# one\n\n   # two\n  2\n \nb = 3").ShouldBe([("a = 1  2", 1), ("b = 3", 7)]);

    [Fact]
    public void A_carriage_return_belongs_to_the_line_end() =>
        Split("a = 1\r\n  2\r\n\r\nb = 3\r\n").ShouldBe([("a = 1  2", 1), ("b = 3", 4)]);

    [Fact]
    public void A_continuation_of_nothing_is_reported_with_its_line_and_ignored()
    {
        Split("# first\n  x = y\na = 1\n").ShouldBe([("a = 1", 3)]);

        var fault = _faults.ShouldHaveSingleItem();
        fault.Severity.ShouldBe(FaultSeverity.Warning);
        fault.Line.ShouldBe(2);
        fault.Message.ShouldContain("'  x = y' is ignored");
    }

    [Fact]
    public void A_NUL_character_is_an_error()
    {
        Split("a = 1\nb = \0\n").ShouldBe([("a = 1", 1)]);
        _faults.ShouldHaveSingleItem().ToString().ShouldStartWith("main.cf:2: error: the line has a NUL character");
    }

    [Fact]
    public void A_number_sign_inside_a_line_is_not_a_comment() => Split("a = 1 # 2\n").ShouldBe([("a = 1 # 2", 1)]);
}
