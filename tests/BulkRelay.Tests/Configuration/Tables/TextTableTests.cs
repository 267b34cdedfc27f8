using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class TextTableTests : TableFixture
{
    [Theory]
    [InlineData("a", "1")]
    [InlineData("\"b c\"@x", "2")]
    [InlineData("b\\ c", "22")]
    [InlineData("C", "3")]
    [InlineData("c", "3")]
    [InlineData("\"d\"", "5  cont line  more")]
    [InlineData("e", "tab\tval")]
    [InlineData("d", null)]
    [InlineData("bad", null)]
    [InlineData("k:", "v")]
    public void Keys_and_values_are_split_as_postmap_splits_them(string key, string? expected)
    {
        const string text = "# comment\na  1\n\"b c\"@x   2  \nb\\ c 22\nC   3\nc   4\nbad\nk:  v\n\"d\"   5\n  cont line\n"
            + "   # comment in between\n  more\n \t\ne\t\ttab\tval  \r\n";
        Ask($"hash:{Folder.Write("t", text)}", key).Value.ShouldBe(expected);
    }

    [Fact]
    public void Faults_name_file_and_line()
    {
        var file = Folder.Write("t", "  lead\nc 3\nC 4\nbad\nk: v\n");
        Set.Open($"btree:{file}");
        Set.Faults.Select(f => $"{f.Line} {f.Message}").ShouldBe([
            "1 logical line must not start with whitespace -- ignoring this line",
            "3 duplicate entry: \"c\"",
            "4 expected format: key whitespace value -- ignoring this line",
            "5 record is in \"key: value\" format; is this an alias file?",
        ]);
        Set.Faults.ShouldAllBe(f => f.File == file);
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("btree")]
    [InlineData("lmdb")]
    [InlineData("cdb")]
    [InlineData("dbm")]
    [InlineData("texthash")]
    public void Every_indexed_type_reads_the_source(string type) =>
        Ask($"{type}:{Folder.Write("transport", "example.com smtp:[mx]\n")}", "example.com").Value.ShouldBe("smtp:[mx]");

    [Fact]
    public void A_missing_source_names_the_file_and_what_to_do()
    {
        var file = Path.Combine(Folder.Path, "missing");
        Ask($"hash:{file}", "x").Failure!.ShouldContain(file);
        FaultText.ShouldContain($"source file {file}: no such file: create it");
        FaultText.ShouldNotContain("Invalid argument");
    }

    [Fact]
    public void A_source_that_appears_later_is_picked_up()
    {
        var table = Set.Open($"hash:{Path.Combine(Folder.Path, "late")}");
        Ask(table, "x").IsFailure.ShouldBeTrue();
        Folder.Write("late", "x y");
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "x").Value.ShouldBe("y");
    }

    [Fact]
    public void A_changed_file_is_picked_up_within_a_second_without_a_reload()
    {
        var table = Set.Open($"hash:{Folder.Write("t", "x old")}");
        Folder.Write("t", "x newer");
        Ask(table, "x").Value.ShouldBe("old");
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "x").Value.ShouldBe("newer");
    }

    [Fact]
    public void A_change_within_the_same_tick_of_the_file_clock_is_seen()
    {
        var file = Folder.Write("t", "x 1");
        File.SetLastWriteTimeUtc(file, Clock.GetUtcNow().UtcDateTime);
        var table = Set.Open($"hash:{file}");
        Folder.Write("t", "x 2");
        File.SetLastWriteTimeUtc(file, Clock.GetUtcNow().UtcDateTime);
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "x").Value.ShouldBe("2");
    }

    [Fact]
    public void A_bad_new_file_keeps_the_old_content_and_warns_once()
    {
        var file = Folder.Write("t", "x old");
        var table = Set.Open($"hash:{file}");
        Folder.Write("t", "x new\nhalf-writ");
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TableSource<object>.CheckInterval);
            Ask(table, "x").Value.ShouldBe("old");
        }
        Warnings.ShouldHaveSingleItem().ShouldContain($"{file}, line 2: expected format");
        Folder.Write("t", "x new\nhalf-written but-now-whole");
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "x").Value.ShouldBe("new");
    }

    [Fact]
    public void A_file_that_vanishes_keeps_the_old_content_and_warns()
    {
        var file = Folder.Write("t", "x old");
        var table = Set.Open($"hash:{file}");
        File.Delete(file);
        Clock.Advance(TableSource<object>.CheckInterval);
        Ask(table, "x").Value.ShouldBe("old");
        Warnings.ShouldHaveSingleItem().ShouldContain(file);
    }

    [Fact]
    public void Octets_that_are_not_utf8_cost_their_line_only()
    {
        var file = Path.Combine(Folder.Path, "t");
        File.WriteAllBytes(file, [0xFF, (byte)' ', (byte)'y', (byte)'\n', .. "x y\n"u8]);
        Ask($"hash:{file}", "x").Value.ShouldBe("y");
        Set.Faults.ShouldHaveSingleItem().Line.ShouldBe(1);
    }

    [Fact]
    public void A_folder_is_no_source()
    {
        Ask($"hash:{Folder.Path}", "x").IsFailure.ShouldBeTrue();
        FaultText.ShouldContain("is a folder");
    }

    [Fact]
    public void A_file_alone_has_the_default_type() => Ask(Folder.Write("t", "a b"), "a").Value.ShouldBe("b");

    [Fact]
    public void One_name_is_one_table()
    {
        var name = $"hash:{Folder.Write("t", "a b")}";
        Set.Open(name).ShouldBeSameAs(Set.Open(name));
    }

    [Fact]
    public void Without_folding_case_matters()
    {
        var set = new LookupTableSet("hash", Clock, Warnings.Add) { Folding = KeyFolding.None };
        var table = set.Open(Folder.Write("t", "a 1\nA 2"));
        Ask(table, "A").Value.ShouldBe("2");
        set.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Without_smtputf8_case_is_of_ascii_alone()
    {
        var set = new LookupTableSet("hash", Clock, Warnings.Add) { Folding = KeyFolding.Ascii };
        var table = set.Open(Folder.Write("t", "É 1\né 2\nK 3"));
        Ask(table, "É").Value.ShouldBe("1");
        Ask(table, "é").Value.ShouldBe("2");
        Ask(table, "k").Value.ShouldBe("3");
        Ask(Set.Open("inline:{É=1}"), "é").Value.ShouldBe("1");
    }

    [Fact]
    public void A_line_ends_at_a_NUL() => Ask(Folder.Write("t", "a 1\0 2\nb 3"), "a").Value.ShouldBe("1");
}
