using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Smtp;

public sealed class MailParametersTests
{
    private const SmtpExtensions All = SmtpExtensions.EightBitMime | SmtpExtensions.SmtpUtf8 | SmtpExtensions.Dsn | SmtpExtensions.Size;

    [Fact]
    public void All_parameters_of_MAIL_are_read_whatever_their_case()
    {
        MailParameters.Parse("size=123 Body=8bitmime smtputf8 RET=hdrs  ENVID=a+20b AUTH=<>"u8, All, out var parameters).ShouldBeNull();
        parameters.ShouldBe(new MailParameters { Size = 123, Body = BodyType.EightBitMime, SmtpUtf8 = true, Ret = "HDRS", Envid = "a+20b" });
    }

    [Theory]
    [InlineData("SIZE=-1", "501 5.5.4 Bad message size syntax")]
    [InlineData("SIZE=", "501 5.5.4 Bad message size syntax")]
    [InlineData("SIZE=99999999999999999999", "552 5.3.4 Message size exceeds file system imposed limit")]
    [InlineData("BODY=BINARYMIME", "555 5.5.4 Unsupported option: BODY=BINARYMIME")]
    [InlineData("SMTPUTF8=1", "555 5.5.4 Unsupported option: SMTPUTF8=1")]
    [InlineData("RET=", "501 5.5.4 Bad RET parameter syntax")]
    [InlineData("RET=FULL RET=FULL", "501 5.5.4 Bad RET parameter syntax")]
    [InlineData("ENVID=+0D+0A", "501 5.5.4 Bad ENVID parameter syntax")]
    [InlineData("ENVID=a+0", "501 5.5.4 Bad ENVID parameter syntax")]
    [InlineData("ENVID=+7f", "501 5.5.4 Bad ENVID parameter syntax")]
    [InlineData("ENVID=ü", "501 5.5.4 Bad ENVID parameter syntax")]
    [InlineData("AUTH=a AUTH=<>", "503 5.5.4 Error: multiple AUTH= options")]
    [InlineData("AUTH= AUTH=", "503 5.5.4 Error: multiple AUTH= options")]
    [InlineData("SIZE", "555 5.5.4 Unsupported option: SIZE")]
    [InlineData("SIZE = 1", "555 5.5.4 Unsupported option: SIZE")]
    [InlineData("BODY", "555 5.5.4 Unsupported option: BODY")]
    [InlineData("AUTH", "555 5.5.4 Unsupported option: AUTH")]
    [InlineData("RET", "555 5.5.4 Unsupported option: RET")]
    [InlineData("ENVID", "555 5.5.4 Unsupported option: ENVID")]
    [InlineData("\"a b\"", "555 5.5.4 Unsupported option: \"a b\"")]
    [InlineData("FOO=1\u0001", "555 5.5.4 Unsupported option: FOO=1 ")]
    [InlineData("=", "555 5.5.4 Unsupported option: =")]
    public void Bad_parameters_of_MAIL_are_refused(string text, string reply) =>
        MailParameters.Parse(Encoding.UTF8.GetBytes(text), All, out _)!.Text.ShouldBe(reply);

    [Theory]
    [InlineData("SMTPUTF8", "555 5.5.4 Unsupported option: SMTPUTF8")]
    [InlineData("RET=FULL", "501 5.7.1 DSN support is disabled")]
    [InlineData("ENVID=x", "501 5.7.1 DSN support is disabled")]
    [InlineData("XVERP", "555 5.5.4 Unsupported option: XVERP")]
    public void What_is_not_offered_is_not_taken(string text, string reply) =>
        MailParameters.Parse(Encoding.UTF8.GetBytes(text), SmtpExtensions.None, out _)!.Text.ShouldBe(reply);

    /// <summary>A client may know of these without being offered them (smtpd_discard_ehlo_keywords).</summary>
    [Fact]
    public void Size_and_body_are_taken_though_not_offered()
    {
        MailParameters.Parse("SIZE=1 BODY=8BITMIME AUTH=x"u8, SmtpExtensions.None, out var parameters).ShouldBeNull();
        parameters.ShouldBe(new MailParameters { Size = 1, Body = BodyType.EightBitMime, Auth = "x" });
    }

    [Theory]
    [InlineData("ENVID=a=b", "a+3Db")]
    [InlineData("ENVID=a+2bb", "a+2Bb")]
    [InlineData("ENVID=+61+20b", "a+20b")]
    public void An_envid_goes_on_as_well_formed_xtext(string text, string envid)
    {
        MailParameters.Parse(Encoding.ASCII.GetBytes(text), All, out var parameters).ShouldBeNull();
        parameters.Envid.ShouldBe(envid);
    }

    [Theory]
    [InlineData("AUTH=", "")]
    [InlineData("AUTH=<> AUTH=x", "x")]
    [InlineData("AUTH=+0Aä\u0001=", "+0A??=")]
    public void An_author_is_taken_as_he_is_given_but_printable(string text, string author)
    {
        MailParameters.Parse(Encoding.UTF8.GetBytes(text), All, out var parameters).ShouldBeNull();
        parameters.Auth.ShouldBe(author);
    }

    [Theory]
    [InlineData("SMTPUTF8", true)]
    [InlineData("FOO smtputf8 BAR", true)]
    [InlineData("SMTPUTF8=1", false)]
    [InlineData("", false)]
    public void Smtputf8_is_known_before_the_rest_is_read(string text, bool isAsked) =>
        MailParameters.AskForSmtpUtf8(Encoding.ASCII.GetBytes(text), All).ShouldBe(isAsked);

    [Theory]
    [InlineData("XVERP", "")]
    [InlineData("XVERP=", "=")]
    [InlineData("xverp=-=", "-=")]
    [InlineData("SIZE=1", null)]
    public void VERP_is_read_with_its_delimiters(string text, string? verp)
    {
        MailParameters.Parse(Encoding.ASCII.GetBytes(text), All | SmtpExtensions.Verp, out var parameters).ShouldBeNull();
        parameters.Verp.ShouldBe(verp);
    }

    [Fact]
    public void An_envid_has_at_most_100_characters()
    {
        MailParameters.Parse(Encoding.ASCII.GetBytes("ENVID=" + new string('a', 100)), All, out _).ShouldBeNull();
        MailParameters.Parse(Encoding.ASCII.GetBytes("ENVID=" + new string('a', 101)), All, out _).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("NOTIFY=NEVER", "NEVER", "")]
    [InlineData("NOTIFY=NEVER,,never", "NEVER", "")]
    [InlineData("NOTIFY=,delay,,success,delay,", "SUCCESS,DELAY", "")]
    [InlineData("ORCPT=rfc822;a=b+3d", "", "rfc822;a+3Db+3D")]
    [InlineData("ORCPT=rfc822;", "", "rfc822;")]
    [InlineData("NOTIFY=success,delay ORCPT=rfc822;a+2Bb@x.test", "SUCCESS,DELAY", "rfc822;a+2Bb@x.test")]
    [InlineData("ORCPT=utf-8;ü@x.test", "", "utf-8;ü@x.test")]
    [InlineData("", "", "")]
    public void The_parameters_of_RCPT_are_read(string text, string notify, string orcpt)
    {
        RcptParameters.Parse(Encoding.UTF8.GetBytes(text), All, out var parameters).ShouldBeNull();
        parameters.ShouldBe(new RcptParameters { Notify = notify, Orcpt = orcpt });
    }

    [Theory]
    [InlineData("NOTIFY=NEVER,SUCCESS", "501 5.5.4 Error: Bad NOTIFY parameter syntax")]
    [InlineData("NOTIFY=", "501 5.5.4 Error: Bad NOTIFY parameter syntax")]
    [InlineData("NOTIFY=,", "501 5.5.4 Error: Bad NOTIFY parameter syntax")]
    [InlineData("NOTIFY", "555 5.5.4 Unsupported option: NOTIFY")]
    [InlineData("NOTIFY=SUCCESS, DELAY", "555 5.5.4 Unsupported option: DELAY")]
    [InlineData("ORCPT", "555 5.5.4 Unsupported option: ORCPT")]
    [InlineData("NOTIFY=NEVER NOTIFY=NEVER", "501 5.5.4 Error: Bad NOTIFY parameter syntax")]
    [InlineData("ORCPT=rfc822;a+0AInjected: x", "501 5.5.4 Error: Bad ORCPT parameter syntax")]
    [InlineData("ORCPT=rfc822;a+0D+0A", "501 5.5.4 Error: Bad ORCPT parameter syntax")]
    [InlineData("ORCPT=a@x.test", "501 5.5.4 Error: Bad ORCPT parameter syntax")]
    [InlineData("ORCPT=;a@x.test", "501 5.5.4 Error: Bad ORCPT parameter syntax")]
    [InlineData("ORCPT=r f;a", "501 5.5.4 Error: Bad ORCPT parameter syntax")]
    [InlineData("SIZE=1", "555 5.5.4 Unsupported option: SIZE=1")]
    public void Bad_parameters_of_RCPT_are_refused(string text, string reply) =>
        RcptParameters.Parse(Encoding.UTF8.GetBytes(text), All, out _)!.Text.ShouldBe(reply);

    [Fact]
    public void An_endless_ORCPT_is_refused() =>
        RcptParameters.Parse(Encoding.ASCII.GetBytes("ORCPT=rfc822;" + new string('a', 10_000)), All, out _).ShouldNotBeNull();
}
