using System.Text;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Tests.Smtp.Sasl;

public sealed class CramMd5Tests
{
    private static readonly byte[] Challenge = Encoding.ASCII.GetBytes("<1896.697170952@postoffice.reston.mci.net>");

    [Fact]
    public void The_example_of_RFC_2195_matches()
    {
        var read = CramMd5.Read("tim b913a602c7eda7a495b4e6e7334d3890"u8).ShouldNotBeNull();
        read.Login.ShouldBe("tim");
        CramMd5.Matches(read.Digest, Challenge, "tanstaaftanstaaf").ShouldBeTrue();
        CramMd5.Matches(read.Digest, Challenge, "tanstaaf").ShouldBeFalse();
    }

    [Fact]
    public void A_name_may_have_blanks() => CramMd5.Read("tim smith b913a602c7eda7a495b4e6e7334d3890"u8)!.Value.Login.ShouldBe("tim smith");

    [Theory]
    [InlineData("")]
    [InlineData("tim")]
    [InlineData(" b913a602c7eda7a495b4e6e7334d3890")]
    [InlineData("tim b913a602c7eda7a495b4e6e7334d389")]
    [InlineData("tim b913a602c7eda7a495b4e6e7334d389x")]
    public void What_is_no_response_is_refused(string response) => CramMd5.Read(Encoding.ASCII.GetBytes(response)).ShouldBeNull();

    [Fact]
    public void No_two_challenges_are_the_same() =>
        Enumerable.Range(0, 100).Select(_ => Encoding.ASCII.GetString(CramMd5.Challenge(DateTimeOffset.UnixEpoch, "relay.test"))).Distinct().Count().ShouldBe(100);
}
