using BulkRelay.Core.Configuration;
using BulkRelay.Core.Egress.Tls;

namespace BulkRelay.Tests.Egress.Tls;

public sealed class TlsPolicyEntryTests
{
    [Fact]
    public void Level_and_attributes_are_read_separated_by_blanks_and_commas()
    {
        var entry = TlsPolicyEntry.Parse("Secure protocols=>=TLSv1.2:!TLSv1.3, ciphers=high exclude=aNULL:3DES\tservername=mx.example.com,connection_reuse=no", out _)!;
        entry.Level.ShouldBe(TlsSecurityLevel.Secure);
        entry.Protocols.ShouldBe(">=TLSv1.2:!TLSv1.3");
        entry.Ciphers.ShouldBe("high");
        entry.ExcludeCiphers.ShouldBe("aNULL:3DES");
        entry.ServerName.ShouldBe("mx.example.com");
        entry.ReusesConnections.ShouldBe(false);
        entry.Match.ShouldBeNull();
    }

    [Fact]
    public void Names_are_separated_by_colons_and_fingerprints_by_bars_in_one_attribute_or_several()
    {
        TlsPolicyEntry.Parse("verify match=hostname:nexthop match=.example.com", out _)!.Match.ShouldBe(["hostname", "nexthop", ".example.com"]);
        TlsPolicyEntry.Parse("fingerprint match=AA:BB|CC:DD match=EE:FF", out _)!.Match.ShouldBe(["AA:BB", "CC:DD", "EE:FF"]);
        TlsPolicyEntry.Parse("secure tafile=/a.pem tafile=/b.pem", out _)!.TrustAnchorFiles.ShouldBe(["/a.pem", "/b.pem"]);
    }

    [Theory]
    [InlineData(" , ", "invalid empty policy")]
    [InlineData("sometimes", "unknown level 'sometimes'")]
    [InlineData("dane", "level 'dane' is not yet supported")]
    [InlineData("dane-only", "level 'dane-only' is not yet supported")]
    [InlineData("half-dane", "level 'half-dane' is not yet supported")]
    [InlineData("encrypt ciphers", "malformed attribute/value pair \"ciphers\"")]
    [InlineData("encrypt =high", "malformed attribute/value pair \"=high\"")]
    [InlineData("encrypt ciphers=", "attribute \"ciphers\" has empty value")]
    [InlineData("encrypt ciphers=high ciphers=medium", "attribute \"ciphers\" is specified multiple times")]
    [InlineData("encrypt match=a.test", "attribute \"match\" invalid at security level \"encrypt\"")]
    [InlineData("fingerprint tafile=/a.pem", "attribute \"tafile\" invalid at security level \"fingerprint\"")]
    [InlineData("secure servername=no_host!", "\"servername=no_host!\" specifies an invalid hostname")]
    [InlineData("may connection_reuse=perhaps", "attribute \"connection_reuse\" has bad value: \"perhaps\"")]
    [InlineData("may colour=red", "invalid attribute name: \"colour\"")]
    public void A_fault_in_any_part_is_a_fault_of_the_whole(string text, string fault)
    {
        TlsPolicyEntry.Parse(text, out var found).ShouldBeNull();
        found.ShouldStartWith(fault);
    }

    [Fact]
    public void Without_tls_attributes_mean_nothing() =>
        TlsPolicyEntry.Parse("none match=a.test colour=red", out _).ShouldBe(new TlsPolicyEntry(TlsSecurityLevel.None));
}
