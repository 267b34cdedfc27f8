using BulkRelay.Core.Configuration.Tables.Patterns;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class PosixTranslatorTests
{
    [Theory]
    [InlineData("^a.c$", "abc", true)]
    [InlineData("^a.c$", "a\nc", true)]
    [InlineData("a$", "a\n", false)]
    [InlineData("^[\\.]$", "\\", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]a]$", "]", false)]
    [InlineData("^[a-]$", "-", true)]
    [InlineData("^[[:alpha:][:digit:]]+$", "a1", true)]
    [InlineData("^[[.-.]]$", "-", true)]
    [InlineData("^[[=a=]]$", "a", true)]
    [InlineData("^a{2,3}$", "aa", true)]
    [InlineData("^a{,2}$", "aa", true)]
    [InlineData("^a{2,}$", "a", false)]
    [InlineData("^a{0}b$", "b", true)]
    [InlineData("^(ab|c)+$", "abc", true)]
    [InlineData("^a**$", "aaa", true)]
    [InlineData("^a+?$", "", true)]
    [InlineData("^(a+?)b$", "aab", true)]
    [InlineData("^(a)\\1$", "aa", true)]
    [InlineData("a\\d", "ad", true)]
    [InlineData("\\ba", "x a", true)]
    [InlineData("\\<a\\>", "an a b", true)]
    [InlineData("\\<a\\>", "an", false)]
    [InlineData("^\\w+$", "a_1", true)]
    [InlineData("^\\W\\W$", "é", true)]
    [InlineData("^.$", "é", false)]
    [InlineData("^É$", "é", false)]
    [InlineData("^[é]{2}$", "é", true)]
    [InlineData("^(a)\\1|(b)\\2$", "bb", true)]
    [InlineData("((a)|(b))\\2", "aa", true)]
    [InlineData("a\\{", "a{", true)]
    [InlineData("a\\/b", "a/b", true)]
    [InlineData("a|", "x", true)]
    [InlineData("()", "x", true)]
    [InlineData("a-b", "a-b", true)]
    [InlineData("A", "a", true)]
    public void Extended_expressions_match_as_in_posix(string pattern, string text, bool expected) =>
        PosixTranslator.Compile(pattern, isExtended: true, ignoresCase: true, isMultiline: false).IsMatch(text).ShouldBe(expected);

    [Theory]
    [InlineData("a+b", "a+b", true)]
    [InlineData("a+b", "aab", false)]
    [InlineData("^\\(a\\)\\1$", "aa", true)]
    [InlineData("*a", "*a", true)]
    [InlineData("^a\\{2\\}$", "aa", true)]
    [InlineData("a^b$c", "a^b$c", true)]
    [InlineData("(a)", "(a)", true)]
    [InlineData("a\\|b", "b", true)]
    public void Basic_expressions_match_as_in_posix(string pattern, string text, bool expected) =>
        PosixTranslator.Compile(pattern, isExtended: false, ignoresCase: false, isMultiline: false).IsMatch(text).ShouldBe(expected);

    [Theory]
    [InlineData("^b$", "a\nb\nc", true)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("a[^x]b", "a\nb", false)]
    public void With_flag_m_lines_are_apart(string pattern, string text, bool expected) =>
        PosixTranslator.Compile(pattern, isExtended: true, ignoresCase: true, isMultiline: true).IsMatch(text).ShouldBe(expected);

    [Theory]
    [InlineData("(?:a)")]
    [InlineData("*a")]
    [InlineData("a|*b")]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("[[:nosuch:]]")]
    [InlineData("[z-a]")]
    [InlineData("a{2,1}")]
    [InlineData("a{x}")]
    [InlineData("a{")]
    [InlineData("a{99999}")]
    [InlineData("\\")]
    [InlineData("\\1")]
    [InlineData("(a)|b\\1")]
    [InlineData("(a\\1)")]
    [InlineData("^(a|\\1b)+$")]
    public void What_makes_no_sense_is_refused(string pattern) =>
        Should.Throw<PatternException>(() => PosixTranslator.Compile(pattern, isExtended: true, ignoresCase: true, isMultiline: false));

    [Theory]
    [InlineData("(a|ab)", "xabx", "ab")]
    [InlineData("(one|onetwo)(three|.hree)?", "onetwothree", "onetwo,three")]
    [InlineData("(.)\\1|(.)\\2\\2", "xaaa", ",a")]
    [InlineData("\\<(a|ab)\\>", "x ab", "ab")]
    [InlineData("(a|ab)\\b", "ab.", "ab")]
    [InlineData("(a|ab)$", "xab", "ab")]
    [InlineData("(a|ab)\\'", "xab", "ab")]
    public void Of_several_matches_the_longest_counts(string pattern, string text, string groups) =>
        string.Join(',', PosixTranslator.Compile(pattern, isExtended: true, ignoresCase: true, isMultiline: false).Match(text).Groups.Values.Skip(1).Select(g => g.Value))
            .ShouldBe(groups);
}
