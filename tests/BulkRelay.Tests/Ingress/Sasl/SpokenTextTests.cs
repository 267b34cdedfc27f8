using System.Text;
using BulkRelay.Core.Ingress.Sasl;

namespace BulkRelay.Tests.Ingress.Sasl;

public sealed class SpokenTextTests
{
    [Theory]
    [InlineData("AUTH PLAIN AGEAYg==\r\n", "AUTH PLAIN (hidden)")]
    [InlineData("auth\tplain\tAGEAYg==", "auth\tplain (hidden)")]
    [InlineData("NOOP\r\nAUTH LOGIN\r\nYW5uYQ==\r\n", "NOOP\\r\\nAUTH LOGIN (hidden)")]
    [InlineData("AUTH PLAIN", "AUTH PLAIN")]
    [InlineData("GET /author HTTP/1.1\r\n", "GET /author HTTP/1.1\\r\\n")]
    [InlineData("XAUTH a b", "XAUTH a b")]
    public void What_follows_the_mechanism_of_AUTH_is_not_shown(string said, string shown) =>
        SpokenText.Show(Encoding.ASCII.GetBytes(said), mayBeSecret: false).ShouldBe(shown);

    [Fact]
    public void What_may_be_secret_as_a_whole_is_not_shown_at_all() => SpokenText.Show("YW5uYQ=="u8, mayBeSecret: true).ShouldBe("(hidden)");
}
