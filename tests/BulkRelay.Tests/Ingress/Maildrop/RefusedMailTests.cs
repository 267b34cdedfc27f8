using System.Text;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress.Maildrop;

/// <summary>Every way in which the relay may refuse for good what was left in the maildrop folder: the sender is told.</summary>
public sealed class RefusedMailTests : PickupTest
{
    private const string Text = "Subject: the subject\n\nthe text\n";

    [Fact]
    public Task A_NUL() =>
        ReturnsAsync(Envelope, "Subject: the subject\n\nthe\0 text\n", "5.6.0", "message contains NUL characters", body: "the? text");

    [Fact]
    public Task Too_many_hops() =>
        ReturnsAsync(Envelope, string.Concat(Enumerable.Repeat("Received: x\n", 60)) + Text, "5.4.0", "too many hops");

    /// <summary>Of a long message only the header comes back, as in every report.</summary>
    [Fact]
    public async Task A_message_that_is_too_big()
    {
        var report = await ReturnsAsync(Envelope, Text + new string('x', 5000), "5.3.4", "message file too big",
            body: "Subject: the subject");
        report.ShouldContain("Content-Type: text/rfc822-headers");
        report.ShouldNotContain("xxx");
    }

    [Fact]
    public Task A_recipient_that_is_no_address() => ReturnsAsync(Envelope with { Recipients = ["b@y.test", "a@b@\r\nX: y"] }, Text, "5.1.3",
        "bad recipient address syntax", "a@b@??X: y");

    [Fact]
    public Task A_null_recipient() =>
        ReturnsAsync(Envelope with { Recipients = ["b@y.test", ""] }, Text, "5.1.3", "bad recipient address syntax");

    [Fact]
    public Task No_recipients() => ReturnsAsync(Envelope with { Recipients = [] }, Text, "5.5.1", "no recipients", "unknown");

    [Fact]
    public Task A_NOTIFY_that_is_none() =>
        ReturnsAsync(Envelope with { Notify = "FAILURE,SOMETIMES" }, Text, "5.5.4", "Error: Bad NOTIFY parameter syntax");

    [Fact]
    public Task A_RET_that_is_none() => ReturnsAsync(Envelope with { Ret = "ALL" }, Text, "5.5.4", "Bad RET parameter syntax");

    [Fact]
    public async Task An_ENVID_that_is_none() =>
        (await ReturnsAsync(Envelope with { Envid = "a+0Ab" }, Text, "5.5.4", "Bad ENVID parameter syntax"))
            .ShouldNotContain("Original-Envelope-Id");

    [Fact]
    public Task A_VERP_that_is_none() => ReturnsAsync(Envelope with { Verp = "ab" }, Text, "5.5.4", "VERP needs two characters from -=+");

    /// <summary>He is told at his own address: what he says of the sender does not count.</summary>
    [Fact]
    public async Task A_user_who_may_not_send()
    {
        await AddAsync(Envelope, Text);
        StartActor(("authorized_submit_users", $"!{Environment.UserName}, static:all"), ("myorigin", "origin.test"));
        var report = await NextMessageAsync();
        report.Recipients.Single().Address.ShouldBe($"{Environment.UserName}@origin.test");
        Encoding.UTF8.GetString(report.Content.ToArray()).ShouldContain("5.7.1");
        await IsDoneAsync();
    }

    [Fact]
    public async Task The_envelope_of_the_sender_is_kept()
    {
        var report = await ReturnsAsync(Envelope with { Ret = "HDRS", Envid = "id+2B1", Recipients = ["b@y.test", "a@b@"] }, Text, "5.1.3",
            "bad recipient address syntax", body: "Subject: the subject");
        report.ShouldContain("\r\nOriginal-Envelope-Id: id+1\r\n");
        report.ShouldNotContain("the text");
    }

    [Fact]
    public async Task The_header_comes_back_as_a_whole_however_small_the_limit_is()
    {
        var header = string.Concat(Enumerable.Range(0, 500).Select(i => $"X-{i}: {new string('x', 60)}\n"));
        await AddAsync(Envelope with { Recipients = ["a@b@"] }, $"Subject: the subject\n{header}Last : one\n\nthe text\n");
        StartActor(("bounce_size_limit", "1"));
        var written = Encoding.UTF8.GetString((await NextMessageAsync()).Content.ToArray());
        written.ShouldContain("Content-Type: text/rfc822-headers\r\n");
        written.ShouldContain("\r\nSubject: the subject\r\nX-0: ");
        written.ShouldContain("\r\nLast : one\r\n");
        written.ShouldNotContain("the text");
        await IsDoneAsync();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a@b@c\n", "")]
    [InlineData("double-bounce@relay.test", "")]
    [InlineData("a@x.test", "NEVER")]
    public async Task What_nobody_can_be_told_of_is_put_aside(string sender, string notify)
    {
        await AddAsync(Envelope with { Sender = sender, Notify = notify, Recipients = ["a@b@"] }, Text);
        var name = Path.GetFileName(Folder.Files.Single());
        StartActor();
        await EmptiedAsync();
        Corrupt.ShouldBe([name]);
        Folder.CountCorrupt().ShouldBe(1);
        Log().ShouldContain(", and there is nobody to return it to: the file is in the folder corrupt now");
    }

    [Fact]
    public async Task The_postmaster_is_told_of_mail_from_the_null_sender_if_he_wants_to_be()
    {
        await AddAsync(Envelope with { Sender = "", Recipients = ["a@b@"] }, Text);
        StartActor(("notify_classes", "2bounce"));
        (await NextMessageAsync()).Recipients.Single().Address.ShouldBe("postmaster@relay.test");
        await IsDoneAsync();
    }

    [Fact]
    public async Task The_postmaster_gets_his_copy_if_he_wants_one()
    {
        await AddAsync(Envelope, "a\0b");
        StartActor(("notify_classes", "bounce"));
        (await NextMessageAsync()).Recipients.Single().Address.ShouldBe("a@x.test");
        (await NextMessageAsync()).Recipients.Single().Address.ShouldBe("postmaster@relay.test");
        await IsDoneAsync();
    }

    [Theory]
    [InlineData(StoreResult.Full)]
    [InlineData(StoreResult.Unavailable)]
    public async Task A_report_for_which_there_is_no_room_is_made_again_later(StoreResult answer)
    {
        Answer = message => message.Envelope.IsReport ? answer : StoreResult.Stored;
        await AddAsync(Envelope, "a\0b");
        StartActor();
        await EndScanAsync();
        Left.ShouldHaveSingleItem();
        Answer = _ => StoreResult.Stored;
        Time.Advance(TimeSpan.FromMinutes(1));
        (await NextMessageAsync()).Recipients.Single().Address.ShouldBe("a@x.test");
        await IsDoneAsync();
        Log().ShouldContain("5.6.0 message contains NUL characters, and there is no room for the report: tried again in a minute");
    }

    private async Task<string> ReturnsAsync(Submission envelope, string text, string status, string reason, string recipient = "b@y.test",
        string body = "the text")
    {
        await AddAsync(envelope, text);
        StartActor(("message_size_limit", "4000"), ("bounce_size_limit", "3000"));
        var report = await NextMessageAsync();
        report.Envelope.Sender.ShouldBe("");
        report.Recipients.Single().Address.ShouldBe("a@x.test");
        var written = Encoding.UTF8.GetString(report.Content.ToArray());
        written.ShouldContain("Content-Type: multipart/report; report-type=delivery-status;");
        written.ShouldContain($"<{recipient}>: {reason}\r\n");
        written.ShouldContain($"\r\nAction: failed\r\nStatus: {status}\r\n");
        written.ShouldContain(body);
        await IsDoneAsync();
        Log().ShouldContain($"to=<b@y.test>, relay=none, delay=0, delays=0/0/0/0, dsn={status}, status=bounced ({reason})".Replace("b@y.test", envelope.Recipients.Count > 0 ? "b@y.test" : "unknown", StringComparison.Ordinal));
        Log().ShouldContain(": sender non-delivery notification: ");
        return written;
    }

    private async Task IsDoneAsync()
    {
        await EmptiedAsync();
        Corrupt.ShouldBeEmpty();
    }
}
