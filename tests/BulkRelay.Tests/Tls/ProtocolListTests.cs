using System.Security.Authentication;
using BulkRelay.Core.Tls;

namespace BulkRelay.Tests.Tls;

public class ProtocolListTests
{
    private const SslProtocols Both = SslProtocols.Tls12 | SslProtocols.Tls13;

    [Theory]
    [InlineData("", Both)]
    [InlineData(">=TLSv1", Both)]
    [InlineData(">=TLSv1.2", Both)]
    [InlineData(">=TLSv1.3", SslProtocols.Tls13)]
    [InlineData(">=TLSv1.2, <=TLSv1.2", SslProtocols.Tls12)]
    [InlineData("<=0303", SslProtocols.Tls12)]
    [InlineData("!SSLv2,!SSLv3,!TLSv1", Both)]
    [InlineData("!SSLv2:!SSLv3:!TLSv1.3", SslProtocols.Tls12)]
    [InlineData("TLSv1.2 TLSv1.3", Both)]
    [InlineData("tlsv1.3", SslProtocols.Tls13)]
    [InlineData("!TLSv1.2, !TLSv1.3", SslProtocols.None)]
    public void Lists_of_every_form_select_what_they_name(string text, SslProtocols expected)
    {
        var warnings = new List<string>();
        ProtocolList.Parse(text, warnings).ShouldBe(expected);
        warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(">=TLSv1", 0xC0 | 0x300 | (int)Both)]
    [InlineData(">=TLSv1.1", 0x300 | (int)Both)]
    [InlineData("TLSv1", 0xC0)]
    [InlineData("!SSLv3, !TLSv1, !TLSv1.1", (int)Both)]
    public void Old_protocols_are_spoken_where_mail_would_go_in_clear(string text, int expected)
    {
        var warnings = new List<string>();
        ProtocolList.Parse(text, warnings, ProtocolList.Opportunistic).ShouldBe((SslProtocols)expected);
        warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_name_that_is_no_protocol_is_a_warning_and_the_rest_holds()
    {
        var warnings = new List<string>();
        ProtocolList.Parse("!SSLv2, !TLSv9, !TLSv1.2", warnings).ShouldBe(SslProtocols.Tls13);
        warnings.ShouldHaveSingleItem().ShouldStartWith("unknown protocol TLSv9");
    }

    [Fact]
    public void A_protocol_of_the_past_that_is_demanded_is_a_warning()
    {
        var warnings = new List<string>();
        ProtocolList.Parse("TLSv1, TLSv1.2", warnings).ShouldBe(SslProtocols.Tls12);
        warnings.ShouldHaveSingleItem().ShouldContain("TLSv1 ");
    }
}
