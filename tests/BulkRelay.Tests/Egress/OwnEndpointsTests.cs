using System.Net;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress;

namespace BulkRelay.Tests.Egress;

public sealed class OwnEndpointsTests
{
    private static readonly OwnEndpoints Own = new(
        [IPEndPoint.Parse("192.0.2.1:25"), IPEndPoint.Parse("127.0.0.1:2525"), IPEndPoint.Parse("0.0.0.0:587")],
        [IPAddress.Parse("203.0.113.9"), IPAddress.Loopback]);

    [Theory]
    [InlineData("192.0.2.1", 25, true)]
    [InlineData("192.0.2.1", 2525, false)]
    [InlineData("127.0.0.1", 2525, true)]
    [InlineData("127.0.0.1", 25, true)]
    [InlineData("127.0.0.1", 2526, false)]
    [InlineData("127.0.0.1", 587, true)]
    [InlineData("203.0.113.9", 25, true)]
    [InlineData("203.0.113.9", 587, false)]
    [InlineData("198.51.100.1", 25, false)]
    public void An_address_is_ours_together_with_its_port(string address, int port, bool isOwn) =>
        Own.For(port).Is(new MailHost("mx.example.net", IPAddress.Parse(address), port, 0)).ShouldBe(isOwn);

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void The_unspecified_address_is_the_machine_itself_on_any_port(string address) =>
        Own.For(9999).Is(new MailHost("mx.example.net", IPAddress.Parse(address), 9999, 0)).ShouldBeTrue();
}
