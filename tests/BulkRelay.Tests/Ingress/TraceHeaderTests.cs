using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Ingress.Commands;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress;

public sealed class TraceHeaderTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 9, 5, 7, TimeSpan.Zero));

    [Theory]
    [InlineData("2001:db8::1", "unknown [IPv6:2001:db8::1]")]
    [InlineData("::ffff:192.0.2.1", "unknown [192.0.2.1]")]
    public void One_recipient_is_named(string address, string shown) => Write(address, "client.test", "b@y.test").ShouldBe(
        $"Received: from client.test ({shown})\r\n\tby relay.test (BulkRelay) with ESMTP id QID\r\n"
        + "\tfor <b@y.test>; Sun, 1 Nov 2026 09:05:07 +0000 (UTC)\r\n");

    [Fact]
    public void Several_are_not() => Write("192.0.2.1", "", "b@y.test", "c@y.test").ShouldBe(
        "Received: from unknown (unknown [192.0.2.1])\r\n\tby relay.test (BulkRelay) with ESMTP id QID;\r\n"
        + "\tSun, 1 Nov 2026 09:05:07 +0000 (UTC)\r\n");

    [Fact]
    public void A_name_that_the_client_chose_is_ASCII_unless_the_message_came_with_SMTPUTF8()
    {
        Write("192.0.2.1", "grün.\U0001F600.test", "b@y.test").ShouldStartWith("Received: from gr?n.?.test (unknown");
        Write("192.0.2.1", "grün.test", isUtf8: true, "b@y.test").ShouldStartWith("Received: from grün.test (unknown");
        HeloCommand.Neuter("\u202egro.\u200btset\u2066").ShouldBe("?gro.?tset?");
    }

    [Fact]
    public void The_longest_names_fit()
    {
        var address = new string('ü', EmailAddress.MaxLength);
        Write("192.0.2.1", new string('ü', 255), address).ShouldContain($"for <{address}>; Sun");
    }

    [Fact]
    public void A_date_has_the_offset_of_its_zone()
    {
        var date = new ArrivalDate(new ZoneTime(TimeSpan.FromMinutes(-210)));
        var moment = new DateTimeOffset(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);
        Encoding.ASCII.GetString(date.Format(moment)).ShouldBe("Sat, 31 Oct 2026 22:30:00 -0330");
        Encoding.ASCII.GetString(date.Format(moment.AddSeconds(1))).ShouldBe("Sat, 31 Oct 2026 22:30:01 -0330");
    }

    [Fact]
    public void Missing_headers_are_those_of_Postfix()
    {
        var (lines, id) = MissingHeaders.For(SeenHeaders.None, Policy(), Transaction("client.test", "b@y.test"), "DATE"u8);
        id.ShouldBe("20261101090507.QID@relay.test");
        Encoding.UTF8.GetString(lines).ShouldBe($"Message-Id: <{id}>\r\nDate: DATE\r\nFrom: a@x.test\r\n");
        var all = SeenHeaders.Date | SeenHeaders.From | SeenHeaders.MessageId;
        MissingHeaders.For(all, Policy(), Transaction("", "b@y.test"), "DATE"u8).Lines.ShouldBeEmpty();
        var some = SeenHeaders.Resent | SeenHeaders.ResentFrom | SeenHeaders.Date;
        var resent = MissingHeaders.For(some, Policy(), Transaction("", "b@y.test"), "DATE"u8);
        Encoding.UTF8.GetString(resent.Lines).ShouldBe($"Resent-Message-Id: <{id}>\r\nResent-Date: DATE\r\n");
    }

    private string Write(string address, string helo, params string[] recipients) => Write(address, helo, isUtf8: false, recipients);

    private string Write(string address, string helo, bool isUtf8, params string[] recipients)
    {
        var transaction = Transaction(helo, isUtf8, recipients);
        var target = new byte[TraceHeader.MaxLength];
        var client = new Client(IPAddress.Parse(address), Client.UnknownName);
        var length = TraceHeader.Write(target, Policy(), transaction, client, new ArrivalDate(_time).Format(_time.GetUtcNow()));
        return Encoding.UTF8.GetString(target.AsSpan(0, length));
    }

    private Transaction Transaction(string helo, params string[] recipients) => Transaction(helo, isUtf8: false, recipients);

    private Transaction Transaction(string helo, bool isUtf8, params string[] recipients)
    {
        var transaction = new Transaction
        {
            Sender = "a@x.test",
            Parameters = new MailParameters { SmtpUtf8 = isUtf8 },
            Arrived = _time.GetUtcNow(),
            HeloName = helo,
            Protocol = "ESMTP",
            QueueId = "QID",
        };
        transaction.Recipients.AddRange(recipients.Select(r => new IncomingRecipient(r)));
        return transaction;
    }

    private SmtpdPolicy Policy() => SmtpdPolicy.Compile(ConfigSnapshot.With(("myhostname", "relay.test")), _time, _ => { });

    private sealed class ZoneTime(TimeSpan offset) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test");
    }
}
