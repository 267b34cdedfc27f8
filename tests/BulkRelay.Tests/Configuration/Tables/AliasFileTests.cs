using System.Text;
using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Tests.Configuration.Tables;

public sealed class AliasFileTests
{
    [Theory]
    [InlineData("a: x  y", "a", "x y")]
    [InlineData("a: x,\n   y,\n\tz", "a", "x, y, z")]
    [InlineData("a: x\n# between\n  y", "a", "x y")]
    [InlineData("a: \"x\n  y\"", "a", "\"x  y\"")]
    [InlineData("\"a:b\": x", "a:b", "x")]
    [InlineData("\"a\\\"b\": x", "a\"b", "x")]
    [InlineData("a: \"|cmd -x\" , /file", "a", "\"|cmd -x\", /file")]
    [InlineData("a: :include:/list", "a", ":include:/list")]
    [InlineData("a: x y . z @ [1.2.3.4]", "a", "x y.z@[1.2.3.4]")]
    [InlineData("a: Joe (c) <x> y", "a", "Joe (c) <x>y")]
    [InlineData("a: \\x y\\ z \\\\", "a", "x \"y z\" \"\\\\\"")]
    [InlineData("a: \"open", "a", "\"open\"")]
    [InlineData("a: [open", "a", "[open]")]
    [InlineData("a: (op\\", "a", "(op\\")]
    public void Values_have_one_form(string source, string name, string value) =>
        Parse(source, out _).ShouldHaveSingleItem().ShouldBe(new(name, value));

    [Theory]
    [InlineData("a x", "need name:value pair")]
    [InlineData("a:", "need name:value pair")]
    [InlineData(": x", "need name:value pair")]
    [InlineData("a,b: x", "need name:value pair")]
    [InlineData("a@b: x", "name must be local")]
    [InlineData("\"a: x", "need name:value pair")]
    public void What_makes_no_sense_is_left_out(string source, string message)
    {
        Parse(source, out var text).ShouldBeEmpty();
        text.Faults.ShouldHaveSingleItem().Message.ShouldBe($"{message} -- ignoring this line");
    }

    private static IReadOnlyDictionary<string, string> Parse(string source, out TableText text)
    {
        text = new TableText("aliases", "hash:aliases", Encoding.UTF8.GetBytes(source), KeyFolding.Unicode);
        return AliasFile.Parse(text);
    }
}
