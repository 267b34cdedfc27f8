using System.Text;
using BulkRelay.Core.Bounces;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Bounces;

public sealed class SevenBitMessageTests
{
    private static readonly string[] Pieces =
    [
        "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: multipart/digest; boundary=\"bö c\"\r\n",
        "Content-Type: message/rfc822\r\n",
        "Content-Type: text/html;\r\n charset=ütf-8\r\n", "Content-Transfer-Encoding: 8bit\r\n", "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n", "MIME-Version: 1.0\r\n", "Subject: Grüße an\r\n\tJürgen\r\n",
        "X-\u00fc:\u00fc\r\n", "\r\n", "--b\r\n",
        "--b--\r\n", "--bö c\r\n", "Grüße \r\n", "plain = text\r\n", ": x\r\n", " ü\r\n", "ü", "\t", "--", "\n",
    ];

    [Theory]
    [InlineData("Subject: x\r\n\r\nGrüße\r\n",
        "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n")]
    [InlineData("MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\na=ü \r\n",
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3D=C3=BC=20\r\n")]
    [InlineData("Content-Transfer-Encoding: 8BIT\r\n\r\nascii\r\n", "\r\nascii\r\n")]
    [InlineData("Content-Transfer-Encoding: quoted-printable\r\n\r\na=20ü\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n\r\na=20=C3=BC\r\n")]
    [InlineData("Content-Transfer-Encoding: base64\r\n\r\nYWJjü\r\n", "Content-Transfer-Encoding: base64\r\n\r\nYWJj??\r\n")]
    [InlineData("Subject: Hallo Jürgen und Müller, wie\r\n geht's dür\r\n\r\n",
        "Subject: Hallo =?utf-8?Q?J=C3=BCrgen_und_M=C3=BCller=2C?= wie\r\n geht's =?utf-8?Q?d=C3=BCr?=\r\n\r\n")]
    [InlineData("Content-Disposition: attachment; filename=\"ü\"\r\n\r\nx\r\n",
        "Content-Disposition: attachment; filename=\"??\"\r\n\r\nx\r\n")]
    [InlineData("Subject:ü\r\n", "Subject: =?utf-8?Q?=C3=BC?=\r\n")]
    [InlineData("Subject: x\r\n\r\nascii =\r\n", "Subject: x\r\n\r\nascii =\r\n")]
    public void Each_thing_is_encoded_as_it_may_be_where_it_stands(string message, string expected) => Convert(message).ShouldBe(expected);

    [Fact]
    public void The_parts_of_a_message_are_encoded_and_its_structure_stays()
    {
        const string Message =
            "Content-Type: multipart/mixed; boundary=\"=_1\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nfür alte Leser\r\n"
            + "--=_1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nä\r\n"
            + "--=_1\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: innen\r\nContent-Type: "
            + "multipart/alternative; boundary=in\r\n\r\n"
            + "--in\r\n\r\nö\r\n--in\r\nContent-Type: text/html\r\n\r\n<b>\r\n--in--\r\nende\r\n--=_1\r\nContent-Type: "
            + "image/png\r\n\r\nx\r\n--=_1--\r\n";
        Convert(Message).ShouldBe("Content-Type: multipart/mixed; boundary=\"=_1\"\r\n\r\nf??r alte Leser\r\n"
            + "--=_1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A4\r\n"
            + "--=_1\r\nContent-Type: message/rfc822\r\n\r\nSubject: innen\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n"
            + "--in\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=B6\r\n"
            + "--in\r\nContent-Type: text/html\r\n\r\n<b>\r\n--in--\r\nende\r\n--=_1\r\nContent-Type: image/png\r\n\r\nx\r\n--=_1--\r\n");
    }

    [Fact]
    public void Octets_of_an_unknown_charset_are_named_so()
    {
        Encoding.Latin1.GetString(SevenBitMessage.From([.. "Subject: "u8, 0xE4, .. "\r\n\r\n"u8, 0xE4, .. "\r\n"u8])).ShouldBe(
            "Subject: =?unknown-8bit?Q?=E4?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
            + "Content-Transfer-Encoding: quoted-printable\r\n\r\n=E4\r\n");
    }

    [Fact]
    public void No_line_of_encoded_text_is_longer_than_it_may_be()
    {
        var lines = Convert($"Subject: {new string('ü', 300)}\r\n\r\n{new string('ü', 300)}\r\n{new string('x', 76)}\r\n{new string('x', 77)}\r\n").Split("\r\n");
        lines.ShouldAllBe(line => line.Length <= 9 + 75);
        lines.ShouldContain(new string('x', 76));
        lines.ShouldContain(new string('x', 75) + "=");
    }

    [Fact]
    public void Whatever_a_message_is_the_result_is_ascii()
    {
        var messages = Gen.ArrayOf(Gen.Elements(Pieces)).Select(string.Concat);
        Prop.ForAll(messages.ToArbitrary(), message => Ascii.IsValid(Convert(message))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Messages_within_messages_without_end_take_no_time()
    {
        var message = string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\r\n\r\n", 100_000)) + "ü";
        Ascii.IsValid(Convert(message)).ShouldBeTrue();
    }

    private static string Convert(string message) => Encoding.Latin1.GetString(SevenBitMessage.From(Encoding.UTF8.GetBytes(message)));
}
