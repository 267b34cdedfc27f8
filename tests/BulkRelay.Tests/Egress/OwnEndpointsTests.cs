using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress;

namespace BulkRelay.Tests.Egress;

public sealed class OwnEndpointsTests
{
    private static readonly OwnEndpoints Own = new(
        ["relay.test"],
        [IPEndPoint.Parse("192.0.2.1:25"), IPEndPoint.Parse("127.0.0.1:2525"), IPEndPoint.Parse("0.0.0.0:587")],
        [IPAddress.Parse("203.0.113.9")]);

    [Theory]
    [InlineData("192.0.2.1", 25, true)]
    [InlineData("192.0.2.1", 2525, false)]
    [InlineData("127.0.0.1", 2525, true)]
    [InlineData("127.0.0.1", 25, false)]
    [InlineData("127.0.0.1", 2526, false)]
    [InlineData("127.0.0.1", 587, true)]
    [InlineData("203.0.113.9", 25, true)]
    [InlineData("203.0.113.9", 587, false)]
    [InlineData("198.51.100.1", 25, false)]
    public void An_address_is_ours_together_with_its_port(string address, int port, bool isOwn) =>
        Own.For(port).Is(new MailHost("mx.example.net", IPAddress.Parse(address), port, 0)).ShouldBe(isOwn);

    [Theory]
    [InlineData(25, true)]
    [InlineData(2525, false)]
    public void Our_name_stands_for_port_25(int port, bool isOwn) =>
        Own.For(port).Is(new MailHost("Relay.Test", IPAddress.Parse("198.51.100.1"), port, 0)).ShouldBe(isOwn);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void The_unspecified_address_is_the_machine_itself_on_any_port(string address) =>
        Own.For(9999).Is(new MailHost("mx.example.net", IPAddress.Parse(address), 9999, 0)).ShouldBeTrue();
}
