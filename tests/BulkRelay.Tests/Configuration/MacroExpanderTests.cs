using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class MacroExpanderTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["a"] = "A",
        ["empty"] = "",
        ["deep"] = "<$deeper>",
        ["deeper"] = "${a}$a",
        ["loop"] = "x$loop2",
        ["loop2"] = "$loop",
        ["level"] = "3.6",
    };

    private static string? Expand(string text, out string? fault) => new MacroExpander(n => Values.GetValueOrDefault(n)).Expand(text, out fault);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$a", "A")]
    [InlineData("${a}", "A")]
    [InlineData("$(a)", "A")]
    [InlineData("x$a.y", "xA.y")]
    [InlineData("$$a", "$a")]
    [InlineData("$none|${none}", "|")]
    [InlineData("$deep", "<AA>")]
    [InlineData("${a?x}", "x")]
    [InlineData("${a? x y }", " x y ")]
    [InlineData("${empty?x}", "")]
    [InlineData("${none:y}", "y")]
    [InlineData("${empty:y}", "y")]
    [InlineData("${a:y}", "")]
    [InlineData("${a?{x}:{y}}", "x")]
    [InlineData("${none ? {x} : {y} }", "y")]
    [InlineData("${none?{x}:y $a}", "y A")]
    [InlineData("${a?{${none:{inner}}}}", "inner")]
    [InlineData("${a?x:y}", "x:y")]
    [InlineData("$(a?{(x)})", "(x)")]
    [InlineData("${?x}${:y}", "y")]
    public void Names_and_conditionals_expand_as_in_postfix(string text, string expected)
    {
        Expand(text, out var fault).ShouldBe(expected);
        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("${{A} == {$a} ? {yes} : {no}}", "yes")]
    [InlineData("${{b} != {$a} ? {yes} : {no}}", "yes")]
    [InlineData("${{9} < {10} ? {yes} : {no}}", "yes")]
    [InlineData("${{a9} < {a10} ? {yes} : {no}}", "no")]
    [InlineData("${{1} == {01} ? {yes} : {no}}", "yes")]
    [InlineData("${{99999999999999999999999} > {9} ? {yes} : {no}}", "yes")]
    [InlineData("${{2}<={2}?{yes}:{no}}", "yes")]
    [InlineData("${{2} >= {3}?{yes}}", "")]
    [InlineData("${{2} > {1}}", "true")]
    [InlineData("${{2} > {3}}", "")]
    [InlineData("${{$level} <level {3.10} ? {old} : {new}}", "old")]
    [InlineData("${{$level} >=level {3.6} ? {new} : {old}}", "new")]
    [InlineData("${{$level} ==level {3.6.0} ? {same} : {other}}", "same")]
    [InlineData("${{1} == {1} ?y:n}", "y:n")]
    public void Comparisons_expand_as_in_postfix(string text, string expected)
    {
        Expand(text, out var fault).ShouldBe(expected);
        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("x$", "empty macro name: \"x$\": write '$$'")]
    [InlineData("x$-y", "empty macro name: \"x$-y\"")]
    [InlineData("${}", "empty macro name: \"${}\"")]
    [InlineData("${a", "truncated macro reference: \"${a\": add a '}'")]
    [InlineData("$(a", "truncated macro reference: \"$(a\": add a ')'")]
    [InlineData("${a-b}", "attribute name syntax error at: \"...a>>>-b\"")]
    [InlineData("${a?{x}y}", "\":\" expected at: \"...x}>>>y\"")]
    [InlineData("${a?{x}:{y}z}", "unexpected input at: \"...y}>>>z\"")]
    [InlineData("${{a} =~ {b} ? {c} : {d}}", "\">=\" or \">\" expected at: \"...a}>>>=~ {b}")]
    [InlineData("${{a} == b ? {c} : {d}}", "\"{expression}\" expected at: \"...{a} ==>>>")]
    [InlineData("${{a} ==case {b} ? {c}}", "bad operator suffix at: \"...==>>>case {b} ? {c}\"")]
    [InlineData("${{a} == {a} x}", "\"?\" or \":\" expected at: \"...}>>>x\"")]
    [InlineData("${{3.x} <level {3} ? {c}}", "malformed compatibility level")]
    public void A_bad_expression_is_a_fault_that_shows_the_place(string text, string message)
    {
        Expand(text, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public void A_value_that_refers_to_itself_is_reported_with_the_whole_circle()
    {
        Expand("$loop", out var fault).ShouldBeNull();
        fault.ShouldBe("unreasonable macro call nesting: \"loop\": the value refers to itself: $loop -> $loop2 -> $loop");
    }

    [Fact]
    public void A_value_cannot_grow_without_bound()
    {
        var doubling = new MacroExpander(name => name.Length == 40 ? "x" : $"${name}v${name}v");
        doubling.Expand("$v", out var fault).ShouldBeNull();
        fault.ShouldNotBeNull();

        var emptyAtTheEnd = new MacroExpander(name => name.Length == 40 ? "" : $"${name}v${name}v");
        emptyAtTheEnd.Expand("$v", out fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain("expressions are expanded for one value");
    }

    [Fact]
    public void Nesting_cannot_exhaust_the_stack()
    {
        var text = string.Concat(Enumerable.Repeat("${a?{", 5000)) + string.Concat(Enumerable.Repeat("}}", 5000));
        Expand(text, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain("levels of $name");
        MacroSyntax.VisitNames(text, _ => { });
    }

    [Fact]
    public void Names_in_both_branches_and_in_comparisons_are_found()
    {
        var names = new List<string>();
        MacroSyntax.VisitNames("$a ${b?{$c}:{${d}}} ${{$e} == {x} ? {$f} : $g} $$h", names.Add);
        names.ShouldBe(["a", "b", "c", "d", "e", "f", "g"]);
    }
}
