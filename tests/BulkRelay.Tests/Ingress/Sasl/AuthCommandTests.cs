using System.Text;
using System.Threading.Channels;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.Ingress.Restrictions;

namespace BulkRelay.Tests.Ingress.Sasl;

/// <summary>AUTH as a client meets it: replies, delays, log.</summary>
public sealed class AuthCommandTests : IngressTest
{
    private const string Wrong = "535 5.7.8 Error: authentication failed: authentication failure";

    private readonly Channel<IncomingMessage> _messages = Channel.CreateUnbounded<IncomingMessage>();

    public AuthCommandTests()
    {
        Configure(Settings);
        Submit = message =>
        {
            _messages.Writer.TryWrite(message);
            return ValueTask.FromResult(StoreResult.Stored);
        };
    }

    private static (string, string)[] Settings =>
    [
        ("smtpd_sasl_auth_enable", "yes"), ("smtpd_sasl_type", "table"), ("smtpd_sasl_path", "inline:{ {anna = secret} }"),
        ("mynetworks", "192.0.2.0/24"), ("flow_key", "login"),
    ];

    [Fact]
    public async Task Mail_of_who_signed_in_is_relayed_and_says_so()
    {
        await using var policy = new FakePolicyServer(_ => "action=dunno\n\n");
        Configure([.. Settings, ("smtpd_sasl_authenticated_header", "yes"), ("smtpd_recipient_restrictions", $"check_policy_service {policy.Name}")]);
        using var client = await ConnectAsync();
        await client.CommandAsync("EHLO client.test");
        (await client.CommandAsync($"AUTH PLAIN {Base64("\0anna\0secret")}")).ShouldBe("235 2.7.0 Authentication successful");
        await client.CommandAsync("MAIL FROM:<a@x.test> AUTH=first+2Bone@x.test");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        await client.CommandAsync("DATA");
        (await client.CommandAsync("Subject: x\r\n\r\nx\r\n.")).ShouldStartWith("250 ");
        policy.Requests.ShouldHaveSingleItem().Text.ShouldContain("\nsasl_username=anna\nsasl_sender=first+2Bone@x.test\n");
        var message = await NextAsync();
        message.Envelope.SaslLogin.ShouldBe("anna");
        message.Envelope.Flow.ShouldBe("login anna");
        var header = Encoding.ASCII.GetString(message.Content.Segments.SelectMany(s => s.ToArray()).ToArray());
        header.ShouldContain("\r\n\t(Authenticated sender: anna)\r\n\tby relay.test (BulkRelay) with ESMTPA id ");
        (await StopAndReadLogAsync()).ShouldContain("client=unknown[127.0.0.1], sasl_method=PLAIN, sasl_username=anna, sasl_sender=first+2Bone@x.test");
    }

    [Fact]
    public async Task Failures_are_answered_later_and_later()
    {
        using var client = await ConnectAsync();
        await client.CommandAsync("EHLO client.test");
        for (var i = 0; i < 2; i++) (await client.CommandAsync($"AUTH PLAIN {Base64("\0anna\0wrong")}")).ShouldBe(Wrong);
        var timers = Time.ActiveTimers;
        var began = Time.GetUtcNow();
        var slow = client.CommandAsync($"AUTH PLAIN {Base64("\0nobody\0wrong")}");
        await Time.WaitForTimersAsync(timers + 1);
        slow.IsCompleted.ShouldBeFalse();
        (await AdvanceUntilAsync(slow, TimeSpan.FromMilliseconds(250))).ShouldBe(Wrong);
        (Time.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("secret", "235 2.7.0 Authentication successful")]
    [InlineData("wrong", Wrong)]
    public async Task While_an_address_waits_for_an_answer_nothing_else_that_it_tries_is_looked_at(string password, string answer)
    {
        using var impatient = await ConnectAsync();
        await impatient.CommandAsync("EHLO client.test");
        for (var i = 0; i < 2; i++) (await impatient.CommandAsync($"AUTH PLAIN {Base64("\0anna\0wrong")}")).ShouldBe(Wrong);
        using var other = await ConnectAsync();
        await other.CommandAsync("EHLO client.test");
        var timers = Time.ActiveTimers;
        var began = Time.GetUtcNow();
        await impatient.SendAsync($"AUTH PLAIN {Base64("\0anna\0wrong")}\r\n");
        await Time.WaitForTimersAsync(timers + 1);
        impatient.Dispose();
        var reply = other.CommandAsync($"AUTH PLAIN {Base64($"\0anna\0{password}")}");
        (await AdvanceUntilAsync(reply, TimeSpan.FromMilliseconds(100))).ShouldBe(answer);
        (Time.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(password == "wrong" ? 3 : 1));
    }

    [Fact]
    public async Task A_client_that_falls_silent_while_it_signs_in_is_sent_away()
    {
        using var client = await ConnectAsync();
        await client.CommandAsync("EHLO client.test");
        (await client.CommandAsync("AUTH LOGIN")).ShouldBe("334 VXNlcm5hbWU6");
        (await AdvanceUntilAsync(client.ReadReplyAsync(), TimeSpan.FromMinutes(1))).ShouldBe("421 4.4.2 relay.test Error: timeout exceeded");
        (await StopAndReadLogAsync()).ShouldContain("timeout after AUTH from unknown[127.0.0.1]");
    }

    [Fact]
    public async Task What_a_client_says_to_sign_in_is_in_no_log_and_no_transcript()
    {
        Configure([.. Settings, ("notify_classes", "protocol")]);
        using (var client = await ConnectAsync())
        {
            string[] commands =
            [
                "EHLO client.test", $"AUTH PLAIN {Base64("\0anna\0hunter2")}", "AUTH LOGIN", Base64("anna"), Base64("hunter2"),
                $"AUTH\tPLAIN\t{Base64("\0anna\0hunter2")}", $"  auth  plain   {Base64("\0anna\0hunter2")}", "QUIT",
            ];
            foreach (var command in commands) await AdvanceUntilAsync(client.CommandAsync(command), TimeSpan.FromMilliseconds(500));
            (await client.ReadReplyAsync()).ShouldBeNull();
        }
        var notice = Encoding.UTF8.GetString((await NextAsync()).Content.Segments.SelectMany(s => s.ToArray()).ToArray());
        var log = await StopAndReadLogAsync();
        notice.ShouldContain("In:  AUTH PLAIN");
        foreach (var text in new[] { log, notice })
        {
            text.ShouldNotContain("hunter2");
            text.ShouldNotContain(Base64("hunter2"));
            text.ShouldNotContain(Base64("\0anna\0hunter2"));
            text.ShouldNotContain(Base64("anna"));
        }
    }

    [Fact]
    public async Task Mail_that_is_not_from_who_signed_in_belongs_to_no_login()
    {
        Configure([.. Settings, ("mynetworks", "127.0.0.0/8")]);
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        (await client.CommandAsync("Subject: x\r\n\r\nx\r\n.")).ShouldStartWith("250 ");
        var message = await NextAsync();
        message.Envelope.Flow.ShouldBe("");
        message.Envelope.SaslLogin.ShouldBe("");
    }

    private Task<IncomingMessage> NextAsync() => _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
