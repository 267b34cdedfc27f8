using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class UnixTableTests : TableFixture
{
    [Theory]
    [InlineData("unix:passwd.byname", "/etc/passwd")]
    [InlineData("proxy:unix:passwd.byname", "/etc/passwd")]
    [InlineData("unix:group.byname", "/etc/group")]
    public async Task Users_and_groups_are_found_by_their_names(string table, string file)
    {
        var lines = File.ReadLines(file).Where(l => l.Split(':') is [{ Length: > 0 }, _, { Length: > 0 }, ..]).ToList();
        lines.ShouldNotBeEmpty();
        var opened = Set.Open(table);
        foreach (var line in lines)
        {
            var name = line.Split(':')[0];
            if (name.Any(char.IsAsciiLetterUpper) || lines.Count(l => l.StartsWith($"{name}:", StringComparison.Ordinal)) > 1) continue;
            (await opened.LookupAsync(name, default)).Value.ShouldBe(line);
            (await opened.LookupAsync(name.ToUpperInvariant(), default)).Value.ShouldBe(line);
        }
        foreach (var name in new[] { "no such name", "", "a\0b", "x@y", "+", new string('x', 5000) })
            (await opened.LookupAsync(name, default)).ShouldBe(LookupResult.NotFound, name);
        Set.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Other_tables_of_that_type_do_not_exist()
    {
        Set.Open("unix:hosts.byname", "transport_maps");
        Set.Faults.ShouldHaveSingleItem().Text
            .ShouldBe("main.cf: transport_maps: table unix:hosts.byname: there is no such table; use one of passwd.byname, group.byname");
    }
}
