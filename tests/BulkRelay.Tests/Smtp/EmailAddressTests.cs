using System.Text;
using BulkRelay.Smtp;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Smtp;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("a@b.test", "a@b.test")]
    [InlineData("", "")]
    [InlineData("postmaster", "postmaster")]
    [InlineData("@relay.test,@other.test:a@b.test", "a@b.test")]
    [InlineData("\"a\"@b.test", "a@b.test")]
    [InlineData("\"a b\"@b.test", "\"a b\"@b.test")]
    [InlineData("\"a\\\"b\\\\\"@b.test", "\"a\\\"b\\\\\"@b.test")]
    [InlineData("\"a\\b\"@b.test", "ab@b.test")]
    [InlineData("a..b@b.test", "\"a..b\"@b.test")]
    [InlineData(".a@b.test", "\".a\"@b.test")]
    [InlineData("a@b@c.test", "\"a@b\"@c.test")]
    [InlineData("ext:u@x", "\"ext:u\"@x")]
    [InlineData("a@b.test.", "a@b.test")]
    [InlineData("a@[192.0.2.1]", "a@[192.0.2.1]")]
    [InlineData("a@[IPv6:::1]", "a@[IPv6:::1]")]
    [InlineData("ü@bücher.test", "ü@bücher.test")]
    [InlineData("x'/**/UNION/**/SELECT/**/1--@a.test", "x'/**/UNION/**/SELECT/**/1--@a.test")]
    [InlineData("$(id)@x.test", null)]
    [InlineData("`id`@x.test", "`id`@x.test")]
    [InlineData("-oQ/tmp@x.test", null)]
    [InlineData("\"-x\"@x.test", null)]
    [InlineData("a b@c.test", null)]
    [InlineData("a\tb@c.test", null)]
    [InlineData("\"a\rb\"@c.test", null)]
    [InlineData("\"a\nb\"@c.test", null)]
    [InlineData("\"a\0b\"@c.test", null)]
    [InlineData("\"a\u001bb\"@c.test", null)]
    [InlineData("\"a\\\nb\"@c.test", null)]
    [InlineData("a\u2028b@c.test", null)]
    [InlineData("a\u202eb@c.test", null)]
    [InlineData("a\u0085b@c.test", null)]
    [InlineData("\"a@c.test", null)]
    [InlineData("a(comment)@c.test", null)]
    [InlineData("a<b@c.test", null)]
    [InlineData("@c.test", null)]
    [InlineData("@a.test:", null)]
    [InlineData("\"\"@c.test", "\"\"@c.test")]
    [InlineData("\"\"", null)]
    [InlineData("a@", null)]
    [InlineData("a@1.2.3.4", null)]
    [InlineData("a@[1.2.3]", null)]
    [InlineData("a@[1.2.3.4.5]", null)]
    [InlineData("a@[::1]", null)]
    [InlineData("a@[IPv6:1.2.3.4]", null)]
    [InlineData("a@b..c", null)]
    [InlineData("a@-b.test", null)]
    [InlineData("a@b-.test", null)]
    [InlineData("a@b c", null)]
    [InlineData("a@b.test..", null)]
    public void It_is_normalised_or_refused(string written, string? expected)
    {
        EmailAddress.TryParse(Encoding.UTF8.GetBytes(written), out var address).ShouldBe(expected is not null);
        if (expected is not null) address.Text.ShouldBe(expected);
    }

    [Theory]
    [InlineData("u%ext@us.test")]
    [InlineData("ext!u@us.test")]
    [InlineData("u@ext@us.test")]
    [InlineData("\"u@ext\"@us.test")]
    [InlineData("\"u%ext\"")]
    [InlineData("ext!u")]
    public void A_further_hop_in_the_local_part_is_seen(string written)
    {
        EmailAddress.TryParse(written, out var address).ShouldBeTrue();
        address.HasSenderRoute.ShouldBeTrue();
    }

    [Fact]
    public void Parts_and_the_unquoted_form()
    {
        EmailAddress.TryParse("\"a \\\"b\"@c.test", out var address).ShouldBeTrue();
        address.LocalPart.ToString().ShouldBe("\"a \\\"b\"");
        address.Domain.ToString().ShouldBe("c.test");
        address.ToUnquoted().ShouldBe("a \"b@c.test");
        address.HasSenderRoute.ShouldBeFalse();
        default(EmailAddress).IsNull.ShouldBeTrue();
        EmailAddress.TryParse("bob", out var bob).ShouldBeTrue();
        bob.Domain.IsEmpty.ShouldBeTrue();
        bob.WithDomain("x.test").Text.ShouldBe("bob@x.test");
        bob.WithDomain("x.test").Domain.ToString().ShouldBe("x.test");
    }

    [Fact]
    public void Lengths_are_bounded()
    {
        EmailAddress.TryParse(Address(64, 255), out _).ShouldBeTrue();
        EmailAddress.TryParse(Address(65, 255), out _).ShouldBeTrue("a long local part is the business of its own host");
        EmailAddress.TryParse(Address(64, 257), out _).ShouldBeFalse();
        EmailAddress.TryParse(new string('a', 2000), out _).ShouldBeFalse();
        EmailAddress.TryParse("a@" + new string('b', 64), out _).ShouldBeFalse();
        EmailAddress.TryParse("\"" + new string(' ', 990) + "\"@b.test", out _).ShouldBeTrue();
        EmailAddress.TryParse("\"" + string.Concat(Enumerable.Repeat("\\\"", 499)) + "\"", out _).ShouldBeTrue();

        static string Address(int local, int domain) =>
            new string('a', local) + "@" + string.Join('.', Enumerable.Repeat(new string('b', 63), 5))[..domain];
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x81, (byte)'@', (byte)'x' })]
    [InlineData(new byte[] { 0xC0, 0xAF, (byte)'@', (byte)'x' })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80, (byte)'@', (byte)'x' })]
    public void Octets_that_are_not_UTF8_are_refused(byte[] octets) => EmailAddress.TryParse(octets, out _).ShouldBeFalse();

    [Fact]
    public void Whatever_is_accepted_is_free_of_controls_and_parses_to_itself()
    {
        var texts = Gen.Elements("a", "@", "\"", "\\", ".", " ", "%", "!", ":", "[", "]", "1", "b.test", "\r", "\n", "\0", "ü", "\u202e", "<", ">", "-", ",")
            .ListOf().Select(p => string.Concat(p));
        Check.QuickThrowOnFailure(Prop.ForAll(texts.ToArbitrary(), text =>
        {
            if (!EmailAddress.TryParse(text, out var address)) return;
            address.Text.Any(char.IsControl).ShouldBeFalse();
            EmailAddress.TryParse(address.Text, out var again).ShouldBeTrue();
            again.ShouldBe(address);
        }));
    }
}
