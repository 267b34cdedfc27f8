using BulkRelay.Smtp;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Smtp;

public sealed class AddressListTests
{
    [Theory]
    [InlineData("a@b.test", "a@b.test")]
    [InlineData("a@b.test, c@d.test", "a@b.test|c@d.test")]
    [InlineData("John Q. Public <john@b.test>, \"Doe, Jane\" <jane@d.test>", "john@b.test|jane@d.test")]
    [InlineData("a@b.test (Doe, (nested) John), c@d.test", "a@b.test|c@d.test")]
    [InlineData("friends: a@b.test, C <c@d.test>;, e@f.test", "a@b.test|c@d.test|e@f.test")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("<@x.test,@y.test:a@b.test>", "a@b.test")]
    [InlineData("\"quoted, local\"@b.test", "\"quoted, local\"@b.test")]
    [InlineData("\"with \\\" quote\"@b.test", "\"with \\\" quote\"@b.test")]
    [InlineData("a . b @ c.test", "a.b@c.test")]
    [InlineData("a@[192.0.2.1], b@[IPv6:2001:db8::1]", "a@[192.0.2.1]|b@[IPv6:2001:db8::1]")]
    [InlineData("root, daemon", "root|daemon")]
    [InlineData("two words", "two words")]
    [InlineData(",,;, ", "")]
    [InlineData("a@b.test,\r\n\tc@d.test", "a@b.test|c@d.test")]
    [InlineData("\"never closed", "\"never closed")]
    [InlineData("(never closed", "")]
    [InlineData("<a@b.test", "a@b.test")]
    [InlineData("Jörg <jörg@b.test>", "jörg@b.test")]
    public void The_addresses_of_a_list_are_found(string text, string expected) => string.Join('|', AddressList.Parse(text)).ShouldBe(expected);

    [Fact]
    public void Whatever_the_text_it_ends_and_makes_no_more_than_it_got()
    {
        var pieces = Gen.Elements("a", "@", ".", "<", ">", "(", ")", "[", "]", "\"", "\\", ",", ";", ":", " ", "\r\n\t", "ä");
        Prop.ForAll(pieces.ArrayOf().ToArbitrary(), parts =>
        {
            var text = string.Concat(parts);
            var found = AddressList.Parse(text);
            return found.All(a => a.Length > 0) && found.Sum(a => a.Length) <= text.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}
