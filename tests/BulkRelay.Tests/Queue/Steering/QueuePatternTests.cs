using System.Text.RegularExpressions;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Tests.Queue.Steering;

public sealed class QueuePatternTests
{
    [Theory]
    [InlineData("user@example.com", "USER@Example.com", true)]
    [InlineData("user@example.com", "user@example.comx", false)]
    [InlineData("*@example.com", "user@example.com", true)]
    [InlineData("*@example.com", "user@sub.example.com", false)]
    [InlineData("news*@*.test", "newsletter@a.test", true)]
    [InlineData("a*b*c", "aXbXbc", true)]
    [InlineData("a*b*c", "aXbXb", false)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    [InlineData("*", "", true)]
    [InlineData("a.b", "axb", false)]
    public void A_pattern_is_the_whole_text_with_stars_for_anything(string pattern, string text, bool matches) =>
        QueuePattern.Matches(pattern, text).ShouldBe(matches);

    [Fact]
    public void It_matches_what_a_regular_expression_of_the_same_meaning_matches()
    {
        var random = new Random(1);
        for (var i = 0; i < 5000; i++) Compare(Of(random, "ab*"), Of(random, "abA"));
    }

    private static void Compare(string pattern, string text)
    {
        var regex = "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        QueuePattern.Matches(pattern, text).ShouldBe(Regex.IsMatch(text, regex, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), $"{pattern} {text}");
    }

    [Fact]
    public void In_SQL_only_the_star_has_a_meaning() => QueuePattern.ToLike(@"50%_of\*").ShouldBe(@"50\%\_of\\%");

    /// <summary>A short text of a few letters, so that matches are not rare.</summary>
    private static string Of(Random random, string letters) =>
        new([.. Enumerable.Range(0, random.Next(8)).Select(_ => letters[random.Next(letters.Length)])]);
}
