using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress.Tls;

/// <summary>What STARTTLS changes in a session, and what it must not let through.</summary>
public sealed class StartTlsTests : TlsTest
{
    private const string StartTlsFirst = "530 5.7.0 Must issue a STARTTLS command first";

    [Fact]
    public async Task Mail_goes_through_TLS()
    {
        var content = "";
        Submit = message =>
        {
            content = System.Text.Encoding.UTF8.GetString(message.Content.ToArray());
            return ValueTask.FromResult(StoreResult.Stored);
        };
        ConfigureTls(("smtpd_tls_received_header", "yes"));
        var (client, _) = await StartTlsAsync();
        await client.BeginMessageAsync();
        (await client.CommandAsync("Subject: x\r\n\r\nbody\r\n.")).ShouldStartWith("250 2.0.0 Ok: queued as ");
        (await client.CommandAsync("QUIT")).ShouldBe("221 2.0.0 Bye");
        (await client.ReadReplyAsync()).ShouldBeNull();
        content.ShouldStartWith("Received: from client.test (unknown [127.0.0.1])\r\n"
            + "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\t(No client certificate requested)\r\n"
            + "\tby relay.test (BulkRelay) with ESMTPS id ");
        (await StopAndReadLogAsync()).ShouldContain(
            "Anonymous TLS connection established from unknown[127.0.0.1]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
    }

    [Fact]
    public async Task The_offer_is_there_before_TLS_only_and_a_second_STARTTLS_is_refused()
    {
        using var plain = await ConnectAsync();
        (await plain.CommandLinesAsync("EHLO client.test")).ShouldContain("250-STARTTLS");
        (await plain.CommandAsync("STARTTLS x")).ShouldBe("501 5.5.4 Syntax: STARTTLS");
        var (client, _) = await StartTlsAsync();
        (await client.CommandLinesAsync("EHLO client.test")).ShouldNotContain("250-STARTTLS");
        (await client.CommandAsync("STARTTLS")).ShouldBe("554 5.5.1 Error: TLS already active");
    }

    [Fact]
    public async Task What_was_said_before_is_forgotten()
    {
        using var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("STARTTLS")).ShouldStartWith("220 ");
        await client.SecureAsync();
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldBe("503 5.5.1 Error: need MAIL command");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldBe("503 5.5.1 Error: send HELO/EHLO first");
        (await client.CommandAsync("HELO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
    }

    [Fact]
    public async Task What_is_sent_behind_STARTTLS_in_clear_has_no_effect()
    {
        ConfigureTls(("smtpd_forbid_unauth_pipelining", "no"));
        using var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("STARTTLS\r\nMAIL FROM:<mallory@x.test>\r\nRCPT TO:<b@y.test>")).ShouldStartWith("220 ");
        await client.SecureAsync();
        (await client.CommandAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
        (await client.CommandAsync("DATA")).ShouldBe("503 5.5.1 Error: need RCPT command");
    }

    [Fact]
    public async Task Where_clients_must_wait_a_command_behind_STARTTLS_ends_the_session()
    {
        using var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("STARTTLS\r\nNOOP")).ShouldBe("554 5.5.0 Error: SMTP protocol synchronization");
        (await client.ReadReplyAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_command_in_clear_where_the_handshake_should_be_ends_the_session()
    {
        using var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("STARTTLS")).ShouldStartWith("220 ");
        await client.SendAsync("MAIL FROM:<mallory@x.test>\r\n");
        (await client.ReadReplyAsync()).ShouldBeNull();
        var log = await StopAndReadLogAsync();
        log.ShouldContain("SSL_accept error from unknown[127.0.0.1]: -1");
        log.ShouldContain("warning: TLS library problem: ");
        log.ShouldContain("lost connection after STARTTLS from unknown[127.0.0.1]");
        log.ShouldContain("disconnect from unknown[127.0.0.1] ehlo=1 starttls=0/1 commands=1/2");
    }

    [Fact]
    public async Task Where_TLS_is_required_nothing_but_greetings_goes_without()
    {
        ConfigureTls(("smtpd_tls_security_level", "encrypt"), ("smtpd_error_sleep_time", "0s"));
        using var client = await ConnectAsync();
        foreach (var command in new[] { "MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>", "DATA", "BDAT 0 LAST", "AUTH PLAIN", "RSET", "VRFY b@y.test", "ETRN y.test", "XFORWARD A=b" })
            (await client.CommandAsync(command)).ShouldBe(StartTlsFirst, command);
        (await client.CommandAsync("FOO")).ShouldBe("500 5.5.2 Error: command not recognized");
        (await client.CommandAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
        (await client.CommandAsync("HELO x")).ShouldBe("250 relay.test");
        (await client.CommandAsync("QUIT")).ShouldBe("221 2.0.0 Bye");
    }

    [Fact]
    public async Task A_message_that_TLS_ends_in_the_middle_of_is_not_queued()
    {
        Submit = _ => throw new InvalidOperationException("nothing may be submitted");
        var (client, tls) = await StartTlsAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("Subject: x\r\n\r\nbody\r\n");
        await tls.ShutdownAsync();
        await client.SendInClearAsync(".\r\n");
        (await client.ReadReplyAsync()).ShouldBeNull();
        (await StopAndReadLogAsync()).ShouldContain("lost connection after DATA (20 bytes) from unknown[127.0.0.1]");
        await WaitForFreeMemoryAsync();
    }

    [Fact]
    public async Task A_chunk_that_TLS_ends_in_the_middle_of_is_not_queued()
    {
        Submit = _ => throw new InvalidOperationException("nothing may be submitted");
        var (client, tls) = await StartTlsAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        await client.SendAsync("BDAT 13 LAST\r\nSubject: x\r\n");
        await tls.ShutdownAsync();
        await client.SendInClearAsync("x");
        (await client.ReadReplyAsync()).ShouldBeNull();
        (await StopAndReadLogAsync()).ShouldContain("lost connection after BDAT (12 bytes) from unknown[127.0.0.1]");
        await WaitForFreeMemoryAsync();
    }

    [Fact]
    public async Task A_message_whose_connection_is_cut_is_not_queued()
    {
        Submit = _ => throw new InvalidOperationException("nothing may be submitted");
        var (client, _) = await StartTlsAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("Subject: x\r\n\r\nbody\r\n");
        client.Reset();
        await WaitForFreeMemoryAsync();
        (await StopAndReadLogAsync()).ShouldContain("lost connection after DATA (");
    }

    [Fact]
    public async Task A_handshake_that_takes_too_long_ends()
    {
        ConfigureTls(("smtpd_starttls_timeout", "10s"));
        using var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("STARTTLS")).ShouldStartWith("220 ");
        // The beginning of a handshake, and no more.
        await client.SendAsync("\x16\x03\x01\x02");
        (await AdvanceUntilAsync(client.ReadReplyAsync(), TimeSpan.FromSeconds(5))).ShouldBeNull();
        (await StopAndReadLogAsync()).ShouldContain("SSL_accept error from unknown[127.0.0.1]: Connection timed out");
    }

    [Fact]
    public async Task Without_a_certificate_STARTTLS_is_not_available()
    {
        Configure(("smtpd_tls_security_level", "may"));
        using var client = await ConnectAsync();
        (await client.CommandAsync("STARTTLS")).ShouldBe("454 4.7.0 TLS not available due to local problem");
        (await client.CommandAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
    }

    [Fact]
    public async Task Without_TLS_or_with_its_keyword_left_out_STARTTLS_is_not_implemented()
    {
        Configure();
        using var client = await ConnectAsync();
        (await client.CommandAsync("STARTTLS")).ShouldBe("502 5.5.1 Error: command not implemented");
        ConfigureTls(("smtpd_discard_ehlo_keywords", "starttls"));
        using var other = await ConnectAsync();
        (await other.CommandAsync("STARTTLS")).ShouldBe("502 5.5.1 Error: command not implemented");
    }

    [Fact]
    public async Task In_wrapper_mode_TLS_comes_before_the_banner()
    {
        ConfigureTls(("smtpd_tls_security_level", ""), ("smtpd_tls_wrappermode", "yes"));
        using var client = Connect();
        await client.SecureAsync();
        (await client.ReadReplyAsync()).ShouldBe("220 relay.test ESMTP BulkRelay");
        (await client.CommandLinesAsync("EHLO client.test")).ShouldNotContain("250-STARTTLS");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
    }

    [Fact]
    public async Task In_wrapper_mode_a_client_that_speaks_in_clear_gets_no_answer()
    {
        ConfigureTls(("smtpd_tls_wrappermode", "yes"));
        using var client = Connect();
        await client.SendAsync("EHLO client.test\r\n");
        (await client.ReadReplyAsync()).ShouldBeNull();
        (await StopAndReadLogAsync()).ShouldContain("lost connection after CONNECT from unknown[127.0.0.1]");
    }
}
