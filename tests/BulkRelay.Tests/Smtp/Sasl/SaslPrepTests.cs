using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Tests.Smtp.Sasl;

public sealed class SaslPrepTests
{
    /// <summary>The examples of RFC 4013 section 3 (but for the one on writing directions), and one text of each kind of character.</summary>
    [Theory]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("\u00AA", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("a\u00A0b\u3000c", "a b c")]
    [InlineData("gro\u0308\u00DFe", "gr\u00F6\u00DFe")]
    [InlineData("\U0001F511", "\U0001F511")]
    [InlineData("", "")]
    [InlineData("\u0007", null)]
    [InlineData("\u00E9\u0007", null)]
    [InlineData("a\u202Eb", null)]
    [InlineData("\uE000", null)]
    [InlineData("\uFFFD", null)]
    [InlineData("a\uD800b", null)]
    [InlineData("a\u2028b", null)]
    public void Texts_are_prepared_as_RFC_4013_says(string text, string? prepared) => SaslPrep.Prepare(text).ShouldBe(prepared);
}
