using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Smtp;

public sealed class EhloResponseTests
{
    [Fact]
    public void Keywords_are_read_whatever_their_case()
    {
        var response = EhloResponse.FromEhlo(
            Reply("250-mx.example.com Hello\r\n250-pipelining\r\n250-SIZE 1000\r\n250-8bitMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250-X-UNKNOWN a\r\n250 STARTTLS\r\n"), default);

        response.Domain.ShouldBe("mx.example.com");
        response.SizeLimit.ShouldBe(1000);
        response.Offers(SmtpExtensions.Pipelining | SmtpExtensions.Size | SmtpExtensions.EightBitMime
            | SmtpExtensions.Dsn | SmtpExtensions.SmtpUtf8 | SmtpExtensions.StartTls).ShouldBeTrue();
    }

    [Theory]
    [InlineData("250-x\r\n250 SIZE\r\n", 0)]
    [InlineData("250-x\r\n250 SIZE 0\r\n", 0)]
    [InlineData("250-x\r\n250 SIZE -1\r\n", 0)]
    [InlineData("250-x\r\n250 SIZE 99999999999999999999\r\n", 0)]
    [InlineData("250-x\r\n250 SIZE 35882577\r\n", 35882577)]
    public void A_limit_that_is_none_is_no_limit(string octets, long limit)
    {
        var response = EhloResponse.FromEhlo(Reply(octets), default);

        response.Offers(SmtpExtensions.Size).ShouldBeTrue();
        response.SizeLimit.ShouldBe(limit);
    }

    [Fact]
    public void The_first_line_is_the_name_and_no_keyword() =>
        EhloResponse.FromEhlo(Reply("250 PIPELINING\r\n"), default).Extensions.ShouldBe(SmtpExtensions.None);

    [Fact]
    public void Discarded_keywords_are_as_if_they_were_not_offered()
    {
        var response = EhloResponse.FromEhlo(Reply("250-x\r\n250-SIZE 5\r\n250 DSN\r\n"), SmtpExtensions.Size);

        response.Extensions.ShouldBe(SmtpExtensions.Dsn);
        response.SizeLimit.ShouldBe(0);
    }

    [Fact]
    public void A_reply_to_helo_offers_nothing() => EhloResponse.FromHelo(Reply("250-x\r\n250 SIZE 5\r\n")).Extensions.ShouldBe(SmtpExtensions.None);

    private static ReceivedReply Reply(string octets)
    {
        new ReplyParser().Parse(Encoding.ASCII.GetBytes(octets), out _, out var reply).ShouldBe(ReplyParseResult.Complete);
        return reply!;
    }
}
