using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Cleanup;

public sealed class CanonicalMapTests
{
    [Theory]
    [InlineData("erna@origin.test", "erna@provider.de")]
    [InlineData("erna@own.test", "erna@provider.de")]
    [InlineData("erna@elsewhere.test", null)]
    [InlineData("ERNA@Origin.Test", "erna@provider.de")]
    [InlineData("full@a.test", "other@b.test")]
    [InlineData("any@c.test", "any@d.test")]
    [InlineData("local@a.test", "user@origin.test")]
    [InlineData("x+ext@e.test", "y+ext@e.test")]
    [InlineData("erna+ext@origin.test", "erna+ext@provider.de")]
    [InlineData("own+ext@e.test", "kept@e.test")]
    [InlineData("first@f.test", "third@f.test")]
    [InlineData("same@f.test", null)]
    public async Task Address_user_and_domain_are_looked_up_until_nothing_changes(string address, string? form)
    {
        var map = Map("inline:{ erna=erna@provider.de, full@a.test=other@b.test, @c.test=@d.test, local@a.test=user, x@e.test=y@e.test, "
            + "own+ext@e.test=kept@e.test, first@f.test=second@f.test, second@f.test=third@f.test, same@f.test=Same@f.test }");
        (await map.ApplyAsync(Parse(address), default)).Value.ShouldBe(form);
    }

    [Fact]
    public async Task The_extension_is_kept_only_if_the_operator_wants_it() =>
        (await Map("inline:{ x@e.test=y@e.test }", ("propagate_unmatched_extensions", "")).ApplyAsync(Parse("x+ext@e.test"), default)).Value.ShouldBe("y@e.test");

    [Fact]
    public async Task Tables_in_circles_come_to_an_end() =>
        (await Map("inline:{ a@x.test=b@x.test, b@x.test=a@x.test }").ApplyAsync(Parse("a@x.test"), default)).IsFailure.ShouldBeFalse();

    [Theory]
    [InlineData("fail:now")]
    [InlineData("inline:{ { a@x.test = two words@@ } }")]
    public async Task What_cannot_be_known_is_a_failure(string table) =>
        (await Map(table).ApplyAsync(Parse("a@x.test"), default)).IsFailure.ShouldBeTrue();

    private static CanonicalMap Map(string tables, params (string, string)[] settings)
    {
        var config = ConfigSnapshot.With([("sender_canonical_maps", tables), ("myorigin", "origin.test"), ("mydestination", "own.test"), ("recipient_delimiter", "+"), .. settings]);
        return new CanonicalMap(CleanupParameters.SenderCanonicalMaps, config, new LookupTableSet(config, new FakeTimeProvider(), _ => { }));
    }

    private static EmailAddress Parse(string text)
    {
        EmailAddress.TryParse(text, out var address).ShouldBeTrue();
        return address;
    }
}
