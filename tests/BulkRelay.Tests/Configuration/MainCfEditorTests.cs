using BulkRelay.Core.Configuration;

namespace BulkRelay.Tests.Configuration;

public class MainCfEditorTests
{
    private const string Text = "# one\nmydomain = a\n# two\n   b\n\n\tc\n#three\nmyorigin = x\nlast = 1\n";

    private readonly List<string> _warnings = [];

    private string Set(string text, params (string Name, string Value)[] values) =>
        MainCfEditor.Set(text, values.ToDictionary(v => v.Name, v => v.Value), _warnings.Add);

    [Fact]
    public void A_setting_is_replaced_in_place_and_comments_inside_it_stay() =>
        Set(Text, ("mydomain", "new v")).ShouldBe("# one\nmydomain = new v\n# two\n\n#three\nmyorigin = x\nlast = 1\n");

    [Fact]
    public void New_settings_go_to_the_end_in_alphabetic_order() => Set("a = 1\n", ("z", ""), ("b", "2")).ShouldBe("a = 1\nb = 2\nz = \n");

    [Fact]
    public void A_last_line_without_an_end_gets_one() => Set("a = 1", ("b", "2")).ShouldBe("a = 1\nb = 2\n");

    [Fact]
    public void All_settings_of_a_name_are_replaced_with_a_warning()
    {
        Set("a = 1\nb = 2\na=3\n", ("a", "9")).ShouldBe("a = 9\nb = 2\na = 9\n");
        _warnings.ShouldBe(["multiple entries for \"a\""]);
    }

    [Fact]
    public void What_is_not_changed_keeps_every_byte() => Set("a = 1\r\n\t 2 \r\n\n#\u00e9\n", ("a", "1")).ShouldBe("a = 1\n\n#\u00e9\n");

    [Fact]
    public void Removed_settings_lose_their_continuation_lines_too() =>
        MainCfEditor.Remove(Text, new HashSet<string> { "mydomain", "nosuch" }).ShouldBe("# one\n# two\n\n#three\nmyorigin = x\nlast = 1\n");

    [Fact]
    public void Settings_that_become_comments_stay_readable() =>
        MainCfEditor.CommentOut(Text, new HashSet<string> { "mydomain" })
            .ShouldBe("# one\n#mydomain = a\n# two\n#   b\n\n#\tc\n#three\nmyorigin = x\nlast = 1\n");

    [Theory]
    [InlineData("mydomain", "mydomain")]
    [InlineData("a=1\nb =2\n", "a")]
    [InlineData("  stray = 1\na = 1\n", "stray")]
    public void The_first_word_of_a_logical_line_is_the_name(string text, string name)
    {
        var names = MainCf.Parse(MainCfEditor.Remove(text, new HashSet<string> { name }), "main.cf", []).Settings.Keys;
        names.ShouldNotContain(name);
    }
}
