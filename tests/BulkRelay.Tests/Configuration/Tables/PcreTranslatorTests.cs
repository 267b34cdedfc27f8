using BulkRelay.Core.Configuration.Tables.Patterns;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class PcreTranslatorTests
{
    private const PcreOptions Defaults = PcreOptions.Caseless | PcreOptions.DotAll;

    [Theory]
    [InlineData(@"^\w+$", "abc_1", true)]
    [InlineData(@"^\w+$", "é", false)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData(@"^\W$", "é", true)]
    [InlineData(@"^[^\W]$", "é", false)]
    [InlineData(@"^[\w.-]+@", "a.b-c@", true)]
    [InlineData(@"^[[:alnum:]+/]{3,}$", "aB+/1", true)]
    [InlineData(@"^[[:^digit:]]$", "1", false)]
    [InlineData(@"^[]a]+$", "]a", true)]
    [InlineData(@"^[^]a]$", "]", false)]
    [InlineData(@"^[a-z-[aeiou]+$", "b[-", true)]
    [InlineData(@"^[\w-]$", "-", true)]
    [InlineData(@"^[a\-z]$", "m", false)]
    [InlineData(@"^[\x41-\x43]$", "b", true)]
    [InlineData(@"^a++b", "aab", true)]
    [InlineData(@"^a++ab", "aab", false)]
    [InlineData(@"^(a|ab)?+c", "abc", false)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\Qa.b\E$", "axb", false)]
    [InlineData(@"^a\hb$", "a\tb", true)]
    [InlineData(@"^a\Rb$", "a\r\nb", true)]
    [InlineData(@"^\x{e9}$", "é", true)]
    [InlineData(@"^(?!owner-)(.*)-outgoing@", "list-outgoing@", true)]
    [InlineData(@"^(?!owner-)(.*)-outgoing@", "owner-outgoing@", false)]
    [InlineData(@"^(?P<n>a)(?P=n)$", "aa", true)]
    [InlineData(@"^(?<n>a)\k<n>\g{n}\1\g1\g{-1}$", "aaaaaa", true)]
    [InlineData(@"^(?:a|b)(?#comment)c$", "bc", true)]
    [InlineData(@"^(?-i)a$", "A", false)]
    [InlineData(@"^(?-i:a)b$", "aB", true)]
    [InlineData(@"^(a)?(?(1)b|c)$", "ab", true)]
    [InlineData(@"^(a)?(?(1)b|c)$", "b", false)]
    [InlineData(@"^a{2}$", "aa", true)]
    [InlineData(@"^a{x}$", "a{x}", true)]
    [InlineData(@"^a{,2}$", "a{,2}", true)]
    [InlineData(@"a$", "a\n", true)]
    [InlineData(@"^\p{Lu}$", "é", true)]
    [InlineData(@"\bword\b", "a word!", true)]
    [InlineData(@"^a.c$", "a\nc", true)]
    public void Patterns_match_as_in_pcre(string pattern, string text, bool expected) =>
        PcreTranslator.Compile(pattern, Defaults).IsMatch(text).ShouldBe(expected);

    [Theory]
    [InlineData("a b # c", PcreOptions.Extended, "ab", true)]
    [InlineData("a[ ]b", PcreOptions.Extended, "a b", true)]
    [InlineData("b|c", PcreOptions.Anchored, "ab", false)]
    [InlineData("b|c", PcreOptions.Anchored, "cb", true)]
    [InlineData("a$", PcreOptions.DollarEndOnly, "a\n", false)]
    [InlineData("a$", PcreOptions.DollarEndOnly | PcreOptions.Multiline, "a\nb", true)]
    [InlineData("^b", PcreOptions.Multiline, "a\nb", true)]
    [InlineData("^b", PcreOptions.None, "a\nb", false)]
    [InlineData("a.c", PcreOptions.None, "a\nc", false)]
    [InlineData("A", PcreOptions.None, "a", false)]
    internal void Flags_act_as_in_pcre(string pattern, PcreOptions options, string text, bool expected) =>
        PcreTranslator.Compile(pattern, options).IsMatch(text).ShouldBe(expected);

    [Theory]
    [InlineData("(a+)", "aaa", "a")]
    [InlineData("(a+?)", "aaa", "aaa")]
    [InlineData("(?-U)(a+)", "aaa", "aaa")]
    [InlineData("(a{1,3})b?", "aaa", "a")]
    public void Ungreedy_turns_quantifiers_round(string pattern, string text, string expected) =>
        PcreTranslator.Compile(pattern, PcreOptions.Ungreedy).Match(text).Groups[1].Value.ShouldBe(expected);

    [Fact]
    public void Groups_are_numbered_from_left_to_right_named_or_not() =>
        PcreTranslator.Compile("(?<x>a)(b)(?<y>c)", Defaults).Match("abc").Groups.Values.Select(g => g.Value).ShouldBe(["abc", "a", "b", "c"]);

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData("a**")]
    [InlineData("a{2,1}")]
    [InlineData("(?R)")]
    [InlineData("(?1)")]
    [InlineData("(?|a|b)")]
    [InlineData("(*COMMIT)a")]
    [InlineData("a\\Kb")]
    [InlineData("\\y")]
    [InlineData("\\")]
    [InlineData("[z-a]")]
    [InlineData("[[:nosuch:]]")]
    [InlineData("\\2(a)")]
    [InlineData("\\k<n>")]
    [InlineData("\\x{110000}")]
    [InlineData("\\p{Nosuch}")]
    [InlineData("(?<n>a)(?<n>b)")]
    [InlineData("(?#")]
    public void What_makes_no_sense_or_has_no_counterpart_is_refused(string pattern) =>
        Should.Throw<PatternException>(() => PcreTranslator.Compile(pattern, Defaults)).Message.ShouldNotBeEmpty();
}
