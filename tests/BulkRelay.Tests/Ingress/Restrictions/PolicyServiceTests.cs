using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Restrictions.PolicyService;
using BulkRelay.Core.Tls;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>Policy services. The requests and replies are those that Postfix 3.7.11 makes with the same service.</summary>
public sealed class PolicyServiceTests : IDisposable
{
    private const string Problem = "451 4.3.5 <b@relayed.test>: Recipient address rejected: Server configuration problem";

    private readonly RestrictionBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Request_has_the_attributes_of_Postfix_in_its_order()
    {
        await using var server = new FakePolicyServer(_ => "action=dunno\n\n");
        (await _bench.AskAsync($"check_policy_service {{ {server.Name}, policy_context=test }}")).ShouldBe("permitted");
        var request = server.Requests.ShouldHaveSingleItem().Text;
        var instance = request.Split("instance=")[1].Split('\n')[0];
        instance.ShouldNotBeEmpty();
        request.ShouldBe("""
            request=smtpd_access_policy
            protocol_state=RCPT
            protocol_name=ESMTP
            client_address=192.0.2.1
            client_name=client.test
            client_port=1234
            reverse_client_name=client.test
            server_address=0.0.0.0
            server_port=0
            helo_name=helo.test
            sender=a@sender.test
            recipient=b@relayed.test
            recipient_count=0
            queue_id=

            """.ReplaceLineEndings("\n") + $"instance={instance}\n" + """
            size=0
            etrn_domain=
            stress=
            sasl_method=
            sasl_username=
            sasl_sender=
            ccert_subject=
            ccert_issuer=
            ccert_fingerprint=
            ccert_pubkey_fingerprint=
            encryption_protocol=
            encryption_cipher=
            encryption_keysize=0
            policy_context=test

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Who_the_client_is_by_certificate_and_login_is_told()
    {
        var request = _bench.Request();
        request.Tls = new TlsState("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, 256, new PeerCertificate("a client", "an issuer", true, "AA:BB", "CC:DD"));
        request.Sasl = new SaslIdentity("PLAIN", "joe");
        request.Where = "DATA";
        request.RecipientCount = 2;
        var text = Encoding.UTF8.GetString(PolicyQuery.About(request, "", "").Octets);
        text.ShouldContain("ccert_subject=a+20client\nccert_issuer=an+20issuer\nccert_fingerprint=AA:BB\nccert_pubkey_fingerprint=CC:DD\n"
            + "encryption_protocol=TLSv1.3\nencryption_cipher=TLS_AES_256_GCM_SHA384\nencryption_keysize=256\n");
        text.ShouldContain("sasl_method=PLAIN\nsasl_username=joe\n");
        text.ShouldContain("recipient_count=2\n");
    }

    [Fact]
    public void What_a_client_says_begins_no_attribute()
    {
        _bench.Helo = "x\naction=ok\r";
        Encoding.UTF8.GetString(PolicyQuery.About(_bench.Request(), "", "").Octets).ShouldContain("helo_name=x?action=ok?\n");
    }

    [Theory]
    [InlineData("action=dunno\n\n", "permitted")]
    [InlineData("action=ok\n\n", "permitted")]
    [InlineData("action=\n\n", "permitted")]
    [InlineData("foo=bar\naction=reject x\n\n", "554 5.7.1 <b@relayed.test>: Recipient address rejected: x")]
    [InlineData("action=REJECT\n\n", "554 5.7.1 <b@relayed.test>: Recipient address rejected: Access denied")]
    [InlineData("action=450 4.7.9 hm\n\n", "450 4.7.9 <b@relayed.test>: Recipient address rejected: hm")]
    [InlineData("action=defer_if_permit later\n\n", "450 4.7.1 <b@relayed.test>: Recipient address rejected: later")]
    [InlineData("action=permit_mynetworks,reject\n\n", "554 5.7.1 <b@relayed.test>: Recipient address rejected: Access denied")]
    [InlineData("action=foobar baz\n\n", "451 4.3.5 Server configuration error")]
    public async Task Any_action_of_access_tables_is_done(string answer, string reply)
    {
        await using var server = new FakePolicyServer(_ => answer);
        (await _bench.AskAsync($"check_policy_service {server.Name}")).ShouldBe(reply);
    }

    [Theory]
    [InlineData("hello\n\n", "missing attribute action")]
    [InlineData("\n", "missing attribute action")]
    [InlineData("foo=bar\n\n", "missing attribute action")]
    [InlineData("action=reject \u00ff\n\n", "malformed UTF-8")]
    [InlineData("action=reject x\r\n\n", "control characters")]
    [InlineData("action=ok\n\naction=ok\n\n", "goes on behind its end")]
    [InlineData("", "closed the connection")]
    public async Task What_is_no_answer_is_asked_again_and_then_refused_for_now(string answer, string trouble)
    {
        await using var server = new FakePolicyServer(_ => answer);
        (await AdvanceUntilAsync(_bench.AskAsync($"check_policy_service {server.Name}"))).ShouldBe(Problem);
        server.Requests.Count.ShouldBe(2);
        await _bench.Log.WaitForAsync($"warning: problem talking to server {server.Name[5..]}: ");
        await _bench.Log.WaitForAsync(trouble);
    }

    [Fact]
    public async Task Endless_answer_is_cut_off()
    {
        await using var server = new FakePolicyServer(_ => new string('x', 100_000));
        (await AdvanceUntilAsync(_bench.AskAsync($"check_policy_service {server.Name}"))).ShouldBe(Problem);
        await _bench.Log.WaitForAsync("longer than");
    }

    [Fact]
    public async Task Nobody_there_is_a_refusal_for_now_or_what_the_operator_wants()
    {
        await using (var server = new FakePolicyServer(_ => null)) Gone = server.Name;
        (await AdvanceUntilAsync(_bench.AskAsync($"check_policy_service {Gone}"))).ShouldBe(Problem);
        (await AdvanceUntilAsync(_bench.AskAsync($"check_policy_service {{ {Gone}, default_action=DUNNO }}"))).ShouldBe("permitted");
        (await AdvanceUntilAsync(_bench.AskAsync($"check_policy_service {Gone}", ("smtpd_policy_service_default_action", "554 5.7.1 closed"))))
            .ShouldBe("554 5.7.1 <b@relayed.test>: Recipient address rejected: closed");
    }

    [Fact]
    public async Task Service_that_hangs_is_given_up_in_time_and_holds_nobody_else_up()
    {
        await using var server = new FakePolicyServer(request => request.Contains("sender=slow@", StringComparison.Ordinal) ? null : "action=dunno\n\n");
        _bench.Configure(("smtpd_recipient_restrictions", $"check_policy_service {{ {server.Name}, timeout=10s, try_limit=1 }}"));
        _bench.Sender = "slow@sender.test";
        var slow = _bench.AskAsync(_bench.Request());
        await server.WaitForRequestAsync();
        _bench.Sender = "a@sender.test";
        (await _bench.AskAsync(_bench.Request())).ShouldBe("permitted");
        slow.IsCompleted.ShouldBeFalse();
        _bench.Time.Advance(TimeSpan.FromSeconds(10));
        (await slow.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("451 4.3.5 <b@relayed.test>: Recipient address rejected: Server configuration problem");
        await _bench.Log.WaitForAsync("Connection timed out");
    }

    [Fact]
    public async Task Connection_is_kept_and_one_that_the_service_closed_is_replaced_without_ado()
    {
        var answers = new Queue<string>(["action=dunno\n\n", "action=dunno\n\n", "", "action=dunno\n\n"]);
        await using var server = new FakePolicyServer(_ => answers.Dequeue());
        _bench.Configure(("smtpd_recipient_restrictions", $"check_policy_service {server.Name}"));
        var request = _bench.Request();
        for (var i = 0; i < 3; i++) (await _bench.AskAsync(request)).ShouldBe("permitted");
        server.Requests.Select(r => r.Connection).ShouldBe([0, 0, 0, 1]);
        server.Requests.Select(r => r.Text.Split("instance=")[1].Split('\n')[0]).Distinct().ShouldHaveSingleItem();
        _bench.Log.Text.ShouldNotContain("warning");
    }

    [Fact]
    public async Task Late_answer_is_not_taken_for_that_to_the_next_request()
    {
        var answers = new Queue<string>(["action=dunno\n\n", "action=reject\n\n"]);
        await using var server = new FakePolicyServer(_ => answers.Dequeue());
        _bench.Configure(("smtpd_recipient_restrictions", $"check_policy_service {server.Name}"));
        (await _bench.AskAsync(_bench.Request())).ShouldBe("permitted");
        await server.SayAsync(0, "action=ok\n\n");
        (await _bench.AskAsync(_bench.Request())).ShouldStartWith("554 5.7.1 <b@relayed.test>: Recipient address rejected");
        server.Requests.Select(r => r.Connection).ShouldBe([0, 1]);
        await _bench.Log.WaitForAsync("it sent an answer to no request: connection closed");
    }

    [Theory]
    [InlineData("max_idle=5s", 5)]
    [InlineData("max_ttl=5s", 5)]
    [InlineData("request_limit=1", 0)]
    public async Task Connection_is_not_used_longer_than_the_settings_say(string setting, int seconds)
    {
        await using var server = new FakePolicyServer(_ => "action=dunno\n\n");
        _bench.Configure(("smtpd_recipient_restrictions", $"check_policy_service {{ {server.Name}, {setting} }}"));
        for (var i = 0; i < 2; i++)
        {
            (await _bench.AskAsync(_bench.Request())).ShouldBe("permitted");
            _bench.Time.Advance(TimeSpan.FromSeconds(seconds));
        }
        server.Requests.Select(r => r.Connection).ShouldBe([0, 1]);
    }

    [Theory]
    [InlineData("127.0.0.1:10023")]
    [InlineData("inet:127.0.0.1")]
    [InlineData("inet:127.0.0.1:nothing")]
    [InlineData("unix:")]
    [InlineData("{ }")]
    [InlineData("{ inet:127.0.0.1:1, colour=red }")]
    [InlineData("{ inet:127.0.0.1:1, timeout=soon }")]
    [InlineData("{ inet:127.0.0.1:1, default_action=450 later }")]
    public async Task Argument_that_names_no_service_is_a_fault(string argument)
    {
        (await _bench.AskAsync($"check_policy_service {argument}")).ShouldBe("451 4.3.5 Server configuration error");
        _bench.Faults.ShouldHaveSingleItem().Severity.ShouldBe(FaultSeverity.Error);
    }

    [Fact]
    public void Answer_is_read_in_pieces()
    {
        var reader = new PolicyAnswerReader();
        PolicyAnswer? answer = null;
        foreach (var octet in "action=reject a b\n\n"u8)
        {
            answer.ShouldBeNull();
            reader.Room.Span[0] = octet;
            answer = reader.TryRead(1);
        }
        answer!.Value.Action.ShouldBe("reject a b");
    }

    private string Gone { get; set; } = "";

    /// <summary>Lets the clock run through the waits between two tries.</summary>
    private async Task<string> AdvanceUntilAsync(Task<string> task)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!task.IsCompleted)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token));
            patience.Token.ThrowIfCancellationRequested();
        }
        return await task;
    }
}
