using BulkRelay.Core.Dns;

namespace BulkRelay.Tests.Dns;

public sealed class NexthopTests
{
    [Theory]
    [InlineData("example.com", "example.com", 25, false)]
    [InlineData(" example.com:2525 ", "example.com", 2525, false)]
    [InlineData("example.com:submission", "example.com", 587, false)]
    [InlineData("[mail.example.com]", "mail.example.com", 25, true)]
    [InlineData("[mail.example.com]:587", "mail.example.com", 587, true)]
    [InlineData("[192.0.2.1]:26", "192.0.2.1", 26, true)]
    [InlineData("192.0.2.1", "192.0.2.1", 25, true)]
    [InlineData("[IPv6:2001:DB8::1]", "2001:db8::1", 25, true)]
    [InlineData("[2001:db8::1]:smtps", "2001:db8::1", 465, true)]
    [InlineData("2001:db8::1", "2001:db8::1", 25, true)]
    [InlineData("0x7f.1", "0x7f.1", 25, false)]
    public void Nexthops_are_read_as_tables_write_them(string text, string name, int port, bool isHost)
    {
        var nexthop = Nexthop.TryParse(text, 25, out var fault).ShouldNotBeNull();
        (nexthop.Name, nexthop.Port, nexthop.IsHost, fault).ShouldBe((name, port, isHost, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]:25")]
    [InlineData("[host]25")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:nosuchservice")]
    public void A_bad_nexthop_is_refused_with_a_reason(string text)
    {
        Nexthop.TryParse(text, 25, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain($"'{text}'");
    }
}
