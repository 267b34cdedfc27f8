using System.Diagnostics;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Configuration.Tables.Patterns;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class RegexTableTests : TableFixture
{
    [Theory]
    [InlineData("pcre", "!/@example\\.com$/ archive", "a@example.org", "archive")]
    [InlineData("pcre", "!/@example\\.com$/ archive", "a@EXAMPLE.com", null)]
    [InlineData("pcre", "/^(.*)@(.*)$/ $1 at ${2} $(1)x $$", "A@B.com", "A at B.com Ax $")]
    [InlineData("pcre", "/(b)?a/ a${1}b", "a", "ab")]
    [InlineData("pcre", "/([a-z]?b)/ <$1>", "A. b1ab", "<b>")]
    [InlineData("pcre", "/a/ x\n/b/ y", "ab", "x")]
    [InlineData("pcre", "/A/i x", "a", null)]
    [InlineData("pcre", "~a/b~ x", "a/b", "x")]
    [InlineData("pcre", "/a\\/b/ x", "a/b", "x")]
    [InlineData("pcre", "! !/a/ x", "a", "x")]
    [InlineData("pcre", "/one\n   two/ three\n  four", "one   two", "three  four")]
    [InlineData("pcre", "if /^a/\n/b/ inside\nendif\n/b/ outside", "ab", "inside")]
    [InlineData("pcre", "if /^a/\n/b/ inside\nendif\n/b/ outside", "cb", "outside")]
    [InlineData("pcre", "IF !/^a/\n/b/ inside\nENDIF\n/b/ outside", "cb", "inside")]
    [InlineData("pcre", "if /a/\nif /b/\n/c/ deep\nendif\n/c/ middle\nendif\n/c/ top", "abc", "deep")]
    [InlineData("pcre", "if /a/\nif /b/\n/c/ deep\nendif\n/c/ middle\nendif\n/c/ top", "ac", "middle")]
    [InlineData("pcre", "if /a/\nif /b/\n/c/ deep\nendif\n/c/ middle\nendif\n/c/ top", "c", "top")]
    [InlineData("regexp", "/^(.*)@(.*)$/ $2 $1", "a@b", "b a")]
    [InlineData("regexp", "!/x/ y", "a", "y")]
    [InlineData("regexp", "/^(.)(.)$/ <$1$2>", "é", "<é>")]
    [InlineData("pcre", "/^é(.)/ é$1", "éa", "éa")]
    [InlineData("regexp", "if !/^owner-/\n/^(.*)-outgoing@(.*)$/ 550 Use ${1}@${2} instead\nendif", "list-outgoing@d", "550 Use list@d instead")]
    [InlineData("regexp", "if !/^owner-/\n/^(.*)-outgoing@(.*)$/ 550 Use ${1}@${2} instead\nendif", "owner-l-outgoing@d", null)]
    [InlineData("regexp", "/[%!@].*[%!@]/ 550 routing", "a%b@c", "550 routing")]
    public void Rules_are_tried_in_order(string type, string rules, string key, string? expected)
    {
        Ask($"{type}:{Folder.Write("rules", rules)}", key).Value.ShouldBe(expected);
        Set.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/(a)/ $2", "out of range replacement index \"2\"")]
    [InlineData("!/(b)/ $1", "$number found in negative match replacement text")]
    [InlineData("/a x", "no closing regexp delimiter \"/\"")]
    [InlineData("/a/z x", "unknown regexp option \"z\"")]
    [InlineData("/a/ $x", "non-numeric replacement index \"x\"")]
    [InlineData("/a/ x$", "empty macro name")]
    [InlineData("/(a)/ ${1", "missing '}'")]
    [InlineData("/(/ x", "missing closing parenthesis")]
    [InlineData("foo bar", "unrecognized request")]
    [InlineData("endif", "ENDIF without matching IF")]
    [InlineData("! ", "no regexp")]
    public void A_rule_that_makes_no_sense_is_left_out_with_file_and_line(string rule, string message)
    {
        var file = Folder.Write("rules", $"# first line\n{rule}\n/./ others\n");
        Ask($"pcre:{file}", "ab").Value.ShouldBe("others");
        var fault = Set.Faults.ShouldHaveSingleItem();
        fault.File.ShouldBe(file);
        fault.Line.ShouldBe(2);
        fault.Message.ShouldContain(message);
    }

    [Fact]
    public void A_result_with_half_a_character_is_a_failure() =>
        Ask($"regexp:{Folder.Write("rules", "/^(.)(.)$/ $2")}", "é").Failure!.ShouldContain("the result of line 1 is no UTF-8");

    [Fact]
    public void What_a_broken_if_guards_is_never_reached()
    {
        Ask($"pcre:{Folder.Write("rules", "if /(/\n/a/ inside\nendif\n/b/ outside")}", "a").IsFound.ShouldBeFalse();
        Ask($"pcre:{Folder.Write("negated", "if !/(/\n/a/ inside\nendif\n/b/ outside")}", "ab").Value.ShouldBe("outside");
        Set.Faults.Count.ShouldBe(2);
    }

    [Fact]
    public void An_if_left_open_reaches_to_the_end_and_is_reported()
    {
        Ask($"pcre:{Folder.Write("rules", "if /a/\n/b/ inside")}", "b").IsFound.ShouldBeFalse();
        FaultText.ShouldContain("IF has no matching ENDIF");
    }

    [Theory]
    [InlineData("pcre", "/(a+)+$/ x")]
    [InlineData("pcre", "/^(a+)+\\1$/ x")]
    [InlineData("pcre", "/^(?=(a+)+$)/ x")]
    [InlineData("pcre", "/(a|aa)+$/ x")]
    [InlineData("pcre", "/(.*)*.*=.*/ x")]
    [InlineData("pcre", "/^(?:(?:(?:a+)+)+)+(?!a)$/ x")]
    [InlineData("regexp", "/(a+)+$/ x")]
    [InlineData("regexp", "/^(a*)*\\1b$/ x")]
    [InlineData("regexp", "/(a{1,100}){1,100}$/ x")]
    public void No_pattern_takes_long_however_long_the_key(string type, string rule)
    {
        var table = Set.Open($"{type}:{Folder.Write("rules", rule)}");
        Set.Faults.ShouldBeEmpty();
        var key = new string('a', 50_000) + "!";
        var clock = Stopwatch.StartNew();
        var found = Ask(table, key);
        // The limit is checked between steps and on a busy machine; without it these would take longer than the universe is old.
        clock.Elapsed.ShouldBeLessThan(10 * BoundedRegex.TimeLimit);
        if (found.IsFailure) Warnings.ShouldHaveSingleItem().ShouldContain("in line 1 took more than");
        else found.IsFound.ShouldBeFalse();
    }

    [Fact]
    public void A_time_out_is_a_temporary_failure_that_warns_once()
    {
        var table = Set.Open($"pcre:{Folder.Write("rules", "/^(?!x)(a+)+\\1$/ x")}");
        var key = new string('a', 5000) + "!";
        for (var i = 0; i < 2; i++) Ask(table, key).Failure!.ShouldContain("took more than 500 ms");
        Warnings.ShouldHaveSingleItem();
        Ask(table, "b").IsFailure.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/((((a{1,60000}){1,60000}){1,60000}){1,60000})b/ x")]
    [InlineData("/(a|b|c|d){65535}/ x")]
    [InlineData("/([a-z]{1,1000}){1,1000}x/ x")]
    public void No_pattern_takes_long_to_load(string rule)
    {
        var clock = Stopwatch.StartNew();
        Ask($"pcre:{Folder.Write("rules", rule)}", "aaaaaaaaaaaaaaab");
        clock.Elapsed.ShouldBeLessThan(10 * BoundedRegex.TimeLimit);
    }

    [Fact]
    public void Patterns_are_bounded_in_length_and_depth()
    {
        Set.Open($"pcre:{Folder.Write("long", $"/{new string('a', 100_000)}/ x")}");
        Set.Open($"pcre:{Folder.Write("deep", $"/{new string('(', 5000)}a{new string(')', 5000)}/ x")}");
        Set.Open($"regexp:{Folder.Write("deep2", $"/{new string('(', 5000)}a{new string(')', 5000)}/ x")}");
        Set.Faults.Count.ShouldBe(3);
    }

    [Fact]
    public void A_changed_rule_is_picked_up_and_a_broken_one_is_not()
    {
        var file = Folder.Write("rules", "/a/ old");
        var table = Set.Open($"pcre:{file}");
        Folder.Write("rules", "/a/ newer");
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "a").Value.ShouldBe("newer");
        Folder.Write("rules", "/a/ newest\n/(/ broken");
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "a").Value.ShouldBe("newer");
        Warnings.ShouldHaveSingleItem().ShouldContain($"{file}, line 2");
    }
}
