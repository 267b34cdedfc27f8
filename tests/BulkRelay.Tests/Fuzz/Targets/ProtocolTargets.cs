using System.Buffers;
using System.Text;
using BulkRelay.Core.Dns;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>What peers and name servers send.</summary>
internal static class ProtocolTargets
{
    private const SmtpExtensions All = (SmtpExtensions)(-1);

    public static readonly FuzzTarget Commands = new("commands",
    [
        "MAIL FROM:<a@b.test> SIZE=10 BODY=8BITMIME RET=HDRS ENVID=a+2Bb AUTH=<> SMTPUTF8", "RCPT TO:<\"a b\"@c.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b",
        "MAIL FROM:<> XVERP=+=", "TO:", "FROM:", "<", ">", "<@a,@b:c@d>", "N <a@b>", "<g:(c)a@b;>", "\"", "\\", "(", ")", "[", "]", ";", ":", ",", " ", "=", "NOTIFY=NEVER", "ORCPT=utf-8;\\x{100}", "SIZE=99999999999999999999", ",", "+0A", "\t",
    ], input =>
    {
        var line = new CommandLine(input);
        foreach (var keyword in new[] { "FROM:", "TO:" })
        {
            if (!PathArgument.TryParse(line.Argument, Encoding.ASCII.GetBytes(keyword), out var path)) continue;
            var isAddress = EnvelopePath.TryParse(path.Path.Text, isStrict: false, out var address);
            if (isAddress) CheckAddress(address);
            // What is taken strictly is taken otherwise too, and is the same.
            if (EnvelopePath.TryParse(path.Path.Text, isStrict: true, out var strict)) (isAddress, address.Text).ShouldBe((true, strict.Text));
            if (MailParameters.Parse(path.Parameters, All, out var mail) is null) (mail.Envid + mail.Ret).ShouldNotContain('\n');
            if (RcptParameters.Parse(path.Parameters, All, out var rcpt) is null) (rcpt.Orcpt + rcpt.Notify).ShouldNotContain('\n');
        }
    });

    public static readonly FuzzTarget Addresses = new("addresses",
    [
        "a@b.test", "\"a b\"@b.test", "\"a\\\"b\"@b.test", "a.b+c@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "@x,@y:a@b", "a%b@c", "b!a", "\"", "\\", "@", ".", "[", "]", "ä@ö.test", "xn--",
    ], input =>
    {
        if (!EmailAddress.TryParse((ReadOnlySpan<byte>)input, out var address)) return;
        CheckAddress(address);
        EmailAddress.TryParse(address.Text, out var again).ShouldBeTrue(address.Text);
        again.Text.ShouldBe(address.Text);
    });

    public static readonly FuzzTarget AddressLists = new("address-lists",
    [
        "A B <a@b.test>, \"C, D\" <c@d.test>", "group: a@b, c@d;", "(comment (nested)) a@b", "<@x:a@b>", "\"", "\\", "(", ")", "<", ">", ",", ";", ":", "@", "[", "]", "\r\n ",
    ], input => AddressList.Parse(Encoding.UTF8.GetString(input)).ShouldAllBe(a => a.Length > 0));

    public static readonly FuzzTarget Replies = new("replies",
    [
        "250-relay.test\r\n250-SIZE 100\r\n250-AUTH PLAIN LOGIN\r\n250 DSN\r\n", "220 hi\r\n", "354 go\r\n", "421 4.7.0 bye\r\n", "550-5.1.1 no\r\n550 5.1.1 such user\r\n", "250\r\n",
        "250 ", "250-", "\r\n", "\n", "\r", "5.1.1", "999 ", "\u001b[0m", "\0",
    ], input =>
    {
        var whole = ReadReplies(input, input.Length);
        for (var piece = 1; piece < 4; piece++) ReadReplies(input, piece).Select(r => r.Text).ShouldBe(whole.Select(r => r.Text));
        foreach (var reply in whole)
        {
            reply.Code.ShouldBeInRange(200, 599);
            reply.Text.Any(char.IsControl).ShouldBeFalse();
            reply.Text.Length.ShouldBeLessThanOrEqualTo(ReceivedReply.MaxTextLength);
            EhloResponse.FromEhlo(reply, SmtpExtensions.None).Domain.Any(char.IsControl).ShouldBeFalse();
            _ = reply.Status.ToString();
        }
    });

    public static readonly FuzzTarget Data = new("data",
        ["line\r\n.\r\n", "\r\n..\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r\r\n", "\0", "\r\n\0.\r\n", ".\r\n", "\r\n", "\n", "\r", ".", "x"],
        input =>
        {
            foreach (var mode in Enum.GetValues<BareNewline>())
                foreach (var isStuffed in new[] { true, false })
                {
                    var whole = Scan(input, mode, isStuffed, input.Length);
                    for (var piece = 1; piece < 4; piece++) Scan(input, mode, isStuffed, piece).ShouldBe(whole);
                    IsCanonical(whole).ShouldBeTrue(Convert.ToBase64String(whole));
                }
        });

    public static readonly FuzzTarget DnsMessages = new("dns-messages",
    [
        "\u0012\u0034\u0001\u0001\0\u0001\0\u0001\0\0\0\0\u0001a\u0004test\0\0\u000f\0\u0001", "\u0001a\u0004test\0", "\0\u0001\0\u0001", "\0\u0010", "\0", "\u0003", "abc", "\u0001",
    ], input =>
    {
        foreach (var record in DnsMessage.TryParse(input)?.Answers ?? []) _ = record.ToString();
    });

    private static void CheckAddress(EmailAddress address)
    {
        address.Text.Any(char.IsControl).ShouldBeFalse(address.Text);
        address.Text.Length.ShouldBeLessThanOrEqualTo(EmailAddress.MaxLength);
        EmailAddress.TryParse(address.Text, out var again).ShouldBeTrue(address.Text);
        again.ShouldBe(address);
        _ = address.ToUnquoted() + address.Domain.ToString() + address.LocalPart.ToString() + address.HasSenderRoute;
    }

    private static byte[] Scan(byte[] input, BareNewline mode, bool isStuffed, int piece)
    {
        var scanner = new DataScanner(mode, isStuffed);
        var output = new ArrayBufferWriter<byte>();
        for (var at = 0; at < input.Length && !scanner.IsAtEnd; at += piece)
        {
            var part = input.AsSpan(at, Math.Min(piece, input.Length - at));
            while (!part.IsEmpty && !scanner.IsAtEnd)
            {
                var taken = scanner.Scan(part, output);
                if (taken == 0) break;
                part = part[taken..];
            }
        }
        if (!scanner.IsAtEnd) scanner.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The replies, when so many octets come at once.</summary>
    private static List<ReceivedReply> ReadReplies(byte[] input, int piece)
    {
        var (parser, replies) = (new ReplyParser(), new List<ReceivedReply>());
        for (var (start, end) = (0, Math.Min(piece, input.Length)); ; end = Math.Min(end + piece, input.Length))
        {
            ReplyParseResult result;
            do
            {
                result = parser.Parse(input.AsSpan(start, end - start), out var consumed, out var reply);
                start += consumed;
                if (reply is not null) replies.Add(reply);
            }
            while (result == ReplyParseResult.Complete);
            if (result == ReplyParseResult.Malformed || end == input.Length) return replies;
        }
    }

    private static bool IsCanonical(byte[] content)
    {
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '\n' && (i == 0 || content[i - 1] != '\r')) return false;
            if (content[i] == '\r' && (i + 1 == content.Length || content[i + 1] != '\n')) return false;
        }
        return true;
    }
}
