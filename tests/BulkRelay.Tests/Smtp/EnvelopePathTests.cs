using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Smtp;

/// <summary>Paths as people write them. What Postfix makes of them was asked of it: <c>sidebyside/</c> has more.</summary>
public sealed class EnvelopePathTests
{
    [Theory]
    [InlineData("<a@b.test>", "a@b.test")]
    [InlineData("<>", "")]
    [InlineData("< >", "")]
    [InlineData("<\"\">", "")]
    [InlineData("<<a@b.test>>", "a@b.test")]
    [InlineData("<a@b.test>>", "a@b.test")]
    [InlineData("< a . b @ c . test >", "a.b@c.test")]
    [InlineData("<@x.test,@y.test:a@b.test>", "a@b.test")]
    [InlineData("<@x.test:@y.test:a@b.test>", "a@b.test")]
    [InlineData("<@x.test:>", "")]
    [InlineData("<\"a b\"@c.test>", "\"a b\"@c.test")]
    [InlineData("<\"a\".\"b\"@c.test>", "a.b@c.test")]
    [InlineData("<a\\ b@c.test>", "\"a b\"@c.test")]
    [InlineData("<a:b@c.test>", "\"a:b\"@c.test")]
    [InlineData("<a@b.test@>", "a@b.test")]
    [InlineData("<a@[192.0.2.1] >", "a@[192.0.2.1]")]
    [InlineData("<\"a@b.test\">", "a@b.test")]
    [InlineData("<a\\@b.test>", "a@b.test")]
    [InlineData("<\"a@x.test\"@b.test>", "\"a@x.test\"@b.test")]
    public void Both_ways_of_reading_take_an_address(string path, string address)
    {
        Read(path, isStrict: false).ShouldBe(address);
        Read(path, isStrict: true).ShouldBe(address);
    }

    [Theory]
    [InlineData("a@b.test", "a@b.test")]
    [InlineData("a@b.test>", "a@b.test")]
    [InlineData("N<a@b.test>", "a@b.test")]
    [InlineData("\"N M\"<a@b.test>", "a@b.test")]
    [InlineData("<N M <a@b.test>>", "a@b.test")]
    [InlineData("<x@y.test <a@b.test>>", "a@b.test")]
    [InlineData("<a@b.test>,", "a@b.test")]
    [InlineData("<(c)a(c)@(c)b(c).(c)test(c)>", "a@b.test")]
    [InlineData("<a(c(d)\\))@b.test>", "a@b.test")]
    [InlineData("<a@b.test (c>", "a@b.test")]
    [InlineData("<(c)>", "")]
    [InlineData("<g:a@b.test;>", "a@b.test")]
    [InlineData("<h:g:a@b.test;>", "a@b.test")]
    [InlineData("<g:N <a@b.test>;>", "a@b.test")]
    [InlineData("<a@b.test,>", "a@b.test")]
    [InlineData("<\"\"@b.test>", "\"\"@b.test")]
    [InlineData("<@b.test>", "\"\"@b.test")]
    [InlineData("<@x.test:@b.test>", "\"\"@b.test")]
    public void What_is_not_strictly_an_address_is_taken_where_that_is_allowed(string path, string address)
    {
        Read(path, isStrict: false).ShouldBe(address);
        Read(path, isStrict: true).ShouldBeNull();
    }

    [Theory]
    [InlineData("<a b@c.test>")]
    [InlineData("<\"a\"b@c.test>")]
    [InlineData("<a@b.test,c@d.test>")]
    [InlineData("<a@b.test><c@d.test>")]
    [InlineData("<a@b.test>c")]
    [InlineData("<g:a@b.test,c@d.test;>")]
    [InlineData("<a(c)b@c.test>")]
    [InlineData("<a[b]@c.test>")]
    [InlineData("<@>")]
    [InlineData("<a@>")]
    [InlineData("<-a@b.test>")]
    [InlineData("<\"-a\"@b.test>")]
    [InlineData("<a@b..test>")]
    [InlineData("<a@1.2.3.4>")]
    [InlineData("<a\u0001b@c.test>")]
    [InlineData("<a\u0085b@c.test>")]
    [InlineData("<a\u2028b@c.test>")]
    [InlineData("<\"a\rb\"@c.test>")]
    [InlineData("<\"a\nb\"@c.test>")]
    public void What_is_no_address_is_refused(string path)
    {
        Read(path, isStrict: false).ShouldBeNull();
        Read(path, isStrict: true).ShouldBeNull();
    }

    [Fact]
    public void Octets_that_are_no_UTF8_are_refused() => EnvelopePath.TryParse([(byte)'<', (byte)'a', 0xff, (byte)'>'], isStrict: false, out _).ShouldBeFalse();

    [Fact]
    public void Paths_and_addresses_have_a_longest_length()
    {
        Read($"<{new string('a', EmailAddress.MaxLength)}>", isStrict: false).ShouldNotBeNull();
        Read($"<{new string('a', EmailAddress.MaxLength + 1)}>", isStrict: false).ShouldBeNull();
        Read($"<a@b.test ({new string('c', EmailAddress.MaxLength)})>", isStrict: false).ShouldBe("a@b.test");
        Read($"<a@b.test ({new string('c', 100_000)})>", isStrict: false).ShouldBeNull();
        Read($"<{new string('.', 2 * EmailAddress.MaxLength)}>", isStrict: false).ShouldBeNull();
    }

    private static string? Read(string path, bool isStrict) =>
        EnvelopePath.TryParse(Encoding.UTF8.GetBytes(path), isStrict, out var address) ? address.Text : null;
}
